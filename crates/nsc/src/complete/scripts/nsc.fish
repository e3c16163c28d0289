# Completion of nsc for fish. The candidates come from nsc itself.
#
#   nsc completion fish | source
function __nsc_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current 2>/dev/null)
    test (count $plain) -eq 1; and set current $plain
    set -e before[1]
    command nsc __complete $before "$current" 2>/dev/null | string match -v -r '^:[0-9]+$'
end
complete -c nsc -f -k -a '(__nsc_complete)'
