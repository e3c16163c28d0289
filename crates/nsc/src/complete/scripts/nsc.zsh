#compdef nsc
# Completion of nsc for zsh. The candidates come from nsc itself.
#
#   source <(nsc completion zsh)     (after compinit), or as a file _nsc in a folder of fpath
_nsc() {
    local program=nsc line value
    local -a before values shown folders
    if (( $+commands[${(Q)words[1]}] )) || [[ -x ${(Q)words[1]} ]]; then
        program=${(Q)words[1]}
    fi
    before=("${(@Q)words[2,CURRENT-1]}")
    (( CURRENT > 2 )) || before=()
    for line in "${(@f)$("$program" __complete "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        [[ -n $line && $line != :[0-9]* ]] || continue
        value=${line%%$'\t'*}
        if [[ $value == */ ]]; then
            folders+=("$value")
        else
            values+=("$value")
            if [[ $line == *$'\t'* ]]; then
                shown+=("$value  -- ${line#*$'\t'}")
            else
                shown+=("$value")
            fi
        fi
    done
    (( $#folders )) && compadd -S '' -a folders
    (( $#values )) && compadd -l -d shown -a values
    (( $#folders + $#values ))
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _nsc "$@"
elif (( $+functions[compdef] )); then
    compdef _nsc nsc
fi
