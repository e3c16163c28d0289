# Completion of nsc for elvish. The candidates come from nsc itself.
#
#   eval (nsc completion elvish | slurp)
use str

set edit:completion:arg-completer[nsc] = {|@words|
    try {
        e:nsc __complete (all $words[1..]) 2>/dev/null | from-lines | each {|line|
            if (not (str:has-prefix $line ':')) {
                var parts = [(str:split &max=2 "\t" $line)]
                if (== (count $parts) 2) {
                    edit:complex-candidate $parts[0] &display=$parts[0]' ('$parts[1]')'
                } else {
                    put $parts[0]
                }
            }
        }
    } catch {
        nop
    }
}
