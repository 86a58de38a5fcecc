<?php
// encode.php HOW IN OUT: writes each file of the directory IN to OUT, as HOW prints it. PHP's own encoders.
$encoders = [
    'json_encode' => 'json_encode',
    'json_encode-plain' => fn($text) => json_encode($text, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE),
    'json_encode-hex' => fn($text) => json_encode($text, JSON_HEX_TAG | JSON_HEX_AMP),
    'rawurlencode' => 'rawurlencode',
    'urlencode' => 'urlencode',
    'htmlspecialchars' => 'htmlspecialchars',
    'htmlspecialchars-xml' => fn($text) => htmlspecialchars($text, ENT_QUOTES | ENT_XML1),
    'var_export' => fn($text) => var_export($text, true),
    'addslashes' => 'addslashes',
    'escapeshellarg' => 'escapeshellarg',
    'base64_encode' => 'base64_encode',
    'bin2hex' => 'bin2hex',
];
[, $how, $source, $target] = $argv;
foreach (array_diff(scandir($source), ['.', '..']) as $name) {
    file_put_contents("$target/$name", $encoders[$how](file_get_contents("$source/$name")));
}
