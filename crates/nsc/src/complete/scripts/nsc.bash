# Completion of nsc for bash. The candidates come from nsc itself, quoted for the place where they go.
#
#   source <(nsc completion bash)
__nsc_complete() {
    local program=nsc reply
    if type -P -- "$1" >/dev/null; then
        program=$1
    fi
    COMPREPLY=()
    while IFS= read -r reply; do
        COMPREPLY+=("$reply")
    done < <("$program" __completeBash "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
if [[ ${BASH_VERSINFO[0]} -gt 4 || ${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -ge 4 ]]; then
    complete -o nosort -F __nsc_complete nsc
else
    complete -F __nsc_complete nsc
fi
