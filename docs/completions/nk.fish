# Completion of nk for fish.
complete -c nk -f
complete -c nk -o gen -x -a 'operator account user server cluster curve' -d 'make a key: operator, account, user, server, cluster or curve (x25519)'
complete -c nk -o pubout -d 'print the public key, after the seed or of -inkey'
complete -c nk -o e -r -F -d 'take the 32 bytes of the seed from here instead of the system, with -gen'
complete -c nk -o pre -x -d 'look for a public key with these letters after the first, with -gen'
complete -c nk -o maxpre -x -d 'make at most this many attempts for -pre (10000000)'
complete -c nk -o sign -r -F -d 'sign the bytes of the file with -inkey'
complete -c nk -o verify -r -F -d 'check the signature -sigfile of the file with -inkey or -pubin'
complete -c nk -o inkey -r -F -d 'file with a seed'
complete -c nk -o pubin -r -F -d 'file with a public key'
complete -c nk -o sigfile -r -F -d 'file with a signature, as -sign prints it'
complete -c nk -o v -d 'print the version, as does -version'
complete -c nk -o h -d 'print the help'
