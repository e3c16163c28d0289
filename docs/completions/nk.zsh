#compdef nk
# Completion of nk for zsh.
_arguments \
    '-gen[make a key  operator, account, user, server, cluster or curve (x25519)]:TYPE:(operator account user server cluster curve)' \
    '-pubout[print the public key, after the seed or of -inkey]' \
    '-e[take the 32 bytes of the seed from here instead of the system, with -gen]:FILE:_files' \
    '-pre[look for a public key with these letters after the first, with -gen]:LETTERS: ' \
    '-maxpre[make at most this many attempts for -pre (10000000)]:N: ' \
    '-sign[sign the bytes of the file with -inkey]:FILE:_files' \
    '-verify[check the signature -sigfile of the file with -inkey or -pubin]:FILE:_files' \
    '-inkey[file with a seed]:FILE:_files' \
    '-pubin[file with a public key]:FILE:_files' \
    '-sigfile[file with a signature, as -sign prints it]:FILE:_files' \
    '-v[print the version, as does -version]' \
    '-h[print the help]'
