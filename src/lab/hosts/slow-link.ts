// A wire that takes its time: a program that hands frames from one interface to another after a delay.

/**
 * Perl, with the arguments ONE OTHER DELAY_MS. PACKET_VNET_HDR keeps with each frame what its checksum and its
 * segments still lack: virtual cables leave both to the last moment, and a frame without them would be dropped.
 * Frames that this machine sent out on the interface (PACKET_OUTGOING) are the other direction's, not ours.
 */
export const slowLink = `
use strict; use Time::HiRes qw(time); use Socket qw(SOCK_RAW);
my ($one, $other, $delay) = @ARGV;
sub open_raw {
  my ($name) = @_;
  socket(my $socket, 17, SOCK_RAW, unpack('S', pack('n', 3))) or die "socket: $!";
  my $request = pack('a16 x24', $name);
  ioctl($socket, 0x8933, $request) or die "SIOCGIFINDEX $name: $!";
  my $index = unpack('x16 i', $request);
  setsockopt($socket, 263, 15, pack('i', 1)) or die "PACKET_VNET_HDR: $!";
  bind($socket, pack('SnlSCCa8', 17, 3, $index, 0, 0, 0, '')) or die "bind $name: $!";
  return $socket;
}
my @ends = (open_raw($one), open_raw($other));
my @waiting = ([], []);
while (1) {
  my $now = time;
  my $next;
  for my $end (0, 1) {
    my $queue = $waiting[$end];
    while (@$queue && $queue->[0][0] <= $now) { my $frame = shift @$queue; syswrite($ends[1 - $end], $frame->[1]); }
    $next = $queue->[0][0] if @$queue && (!defined $next || $queue->[0][0] < $next);
  }
  my $bits = '';
  vec($bits, fileno($_), 1) = 1 for @ends;
  next unless select($bits, undef, undef, defined $next ? $next - $now : undef) > 0;
  for my $end (0, 1) {
    next unless vec($bits, fileno($ends[$end]), 1);
    my $from = recv($ends[$end], my $frame, 70000, 0);
    next if !defined $from || (unpack('SnlSCC', $from))[4] == 4;
    push @{$waiting[$end]}, [time + $delay / 1000, $frame];
  }
}
`;
