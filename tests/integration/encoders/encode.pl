# encode.pl HOW IN OUT: writes each file of the directory IN to OUT, as HOW prints it. Perl's encoders.
use strict;
use warnings;
use Encode qw(decode_utf8);
use JSON::PP;
use MIME::Base64;
use URI::Escape;

my %encoders = (
    'uri_escape'      => sub { uri_escape($_[0]) },
    'uri_escape_utf8' => sub { uri_escape_utf8(decode_utf8($_[0])) },
    'JSON::PP'        => sub { encode_json([decode_utf8($_[0])]) },
    'JSON::PP-ascii'  => sub { JSON::PP->new->ascii->encode([decode_utf8($_[0])]) },
    'MIME::Base64'    => sub { encode_base64($_[0]) },
);
my ($how, $source, $target) = @ARGV;
for my $file (glob("$source/*")) {
    open(my $in, '<:raw', $file) or die;
    my $text = do { local $/; <$in> };
    my ($name) = $file =~ m{([^/]+)$};
    open(my $out, '>:raw', "$target/$name") or die;
    print $out $encoders{$how}->($text);
}
