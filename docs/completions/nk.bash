# Completion of nk for bash.
_nk() {
    local current=${COMP_WORDS[COMP_CWORD]} reply
    COMPREPLY=()
    case ${COMP_WORDS[COMP_CWORD - 1]} in
        -gen | --gen)
            COMPREPLY=($(compgen -W "operator account user server cluster curve" -- "$current"))
            ;;
        -e | --e | -sign | --sign | -verify | --verify | -inkey | --inkey | -pubin | --pubin | -sigfile | --sigfile)
            compopt -o filenames 2>/dev/null
            while IFS= read -r reply; do
                COMPREPLY+=("$reply")
            done < <(compgen -f -- "$current")
            ;;
        -pre | --pre | -maxpre | --maxpre) ;;
        *)
            COMPREPLY=($(compgen -W "-gen -pubout -e -pre -maxpre -sign -verify -inkey -pubin -sigfile -v -version -h" -- "$current"))
            ;;
    esac
}
complete -F _nk nk
