# Completion of nsc for PowerShell. The candidates come from nsc itself, quoted.
#
#   nsc completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName 'nsc' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @()
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $words += '=' + $element.Value
        } else {
            $words += '=' + $element.Extent.Text
        }
    }
    $current = $wordToComplete -replace '^[''"]', '' -replace '[''"]$', ''
    $words += '=' + $current
    & nsc __completePowerShell @words 2>$null | Where-Object { $_ -notmatch '^:[0-9]+$' } | ForEach-Object {
        $parts = $_ -split "`t", 2
        $about = if ($parts.Count -gt 1) { $parts[1] } else { $parts[0] }
        [System.Management.Automation.CompletionResult]::new($parts[0], $parts[0], 'ParameterValue', $about)
    }
}
