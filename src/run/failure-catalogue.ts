// What each failure code means, whose move it is, what a run that met it usually shows, and what to do.

import type { Failure, FailureCode } from './failure.js';

/** One code, explained. The pages and `succession explain` show it; the text is Markdown of the simplest kind. */
export interface FailureEntry {
  /** What has happened. */
  readonly meaning: string;
  /** Why it comes about, most often. */
  readonly cause: string;
  /** Whose move it is, most often; the failure itself says it of this very case. */
  readonly blame: Failure['blame'];
  /** What stands under `seen`, most often. */
  readonly evidence: string;
  /** What to do, in this order. */
  readonly remedy: readonly string[];
}

/** Whoever adds a code adds its entry: the type wants one for each. */
export const failureCatalogue: Readonly<Record<FailureCode, FailureEntry>> = {
  'not-as-planned': {
    meaning: 'The live cluster is not the one that the plan was made for; nothing was begun.',
    cause:
      "Other members, another version's joining rules, no serving quorum, or servers that keep their list themselves under a plan by restarts (or the other way round). Also: the cluster's own lock could not be asked for.",
    blame: 'operator',
    evidence: 'The members, versions and roles that were found, one line a server.',
    remedy: ['Make the plan again from the live cluster: `succession plan --cluster FILE …`.'],
  },
  'host-unknown': {
    meaning: "A host can't be asked about its server's process and files.",
    cause:
      'It is down, its ssh does not answer, or `sudo` refuses. Silence is never taken for health, nor for death.',
    blame: 'cluster',
    evidence: "The host, and what the connection or the command said, such as `ssh`'s own words.",
    remedy: ['Make the host reachable: what `ssh HOST true` does must work.', 'Resume.'],
  },
  'unexpected-configuration': {
    meaning:
      "A server's list or `myid`, or the list of a running ensemble, is none that the stage passes through; or its file was changed after its process started.",
    cause:
      'Somebody else, or a configuration management, changed it during the run. On DC/OS an old `dcos_node_upgrade.sh` does that.',
    blame: 'operator',
    evidence: 'The list and the id that the host holds, beside those that the stage knows.',
    remedy: [
      'Find out who changed it.',
      'Set it right, or stop whoever keeps changing it. On DC/OS run the `dcos_node_upgrade.sh` there that the log of this run names after `configure`.',
      'Resume.',
    ],
  },
  'leftover-data': {
    meaning: 'A newcomer already runs a ZooKeeper or holds the data of one.',
    cause:
      'It was a member before, or an earlier run installed it. A server with old data would vote as if it were a member.',
    blame: 'operator',
    evidence:
      'The process, the data directory, and the stamp of the run that installed it, where there is one.',
    remedy: [
      'See whose it is. A stamp names the run that installed it: resume or roll back that run.',
      'After a rollback, or if nobody needs it: empty the data directory and try again.',
    ],
  },
  'member-down': {
    meaning: 'A member that nobody is working on has no process, or takes no connections.',
    cause: 'It crashed, lost its disk or its network. No second server is taken down meanwhile.',
    blame: 'cluster',
    evidence: 'The member, and who serves without it.',
    remedy: [
      'Read its log and start it.',
      'See that it follows: `succession status --cluster FILE`.',
      'Resume.',
    ],
  },
  'two-leaders': {
    meaning: 'Two servers lead at once for longer than a hand-over takes (two ticks).',
    cause:
      'The network is cut in two, or lists disagree: two quorums exist, and writes of one of them will be lost.',
    blame: 'cluster',
    evidence: 'Both leaders with their epochs, and who follows whom.',
    remedy: [
      'Restart nothing.',
      'Find the side that is a majority of the last safe ensemble.',
      'Stop the other side, and keep its disks.',
    ],
  },
  intruder: {
    meaning:
      'A server that must be silent answers, or the leader counts more synced followers than there are members.',
    cause: 'A removed or fenced member was started again, by hand, by a supervisor or by a reboot.',
    blame: 'cluster',
    evidence: 'The server that answers, or the number of followers that was expected and counted.',
    remedy: [
      'See why it started, and stop it: a removed member that comes back votes with its old disk.',
      'Resume, which stops it by itself when it left in the stage under way.',
    ],
  },
  'wrong-member': {
    meaning: 'A running server reports another id or another list than this stage gave it.',
    cause: 'Somebody started it with another file, or it did not read the one that was written.',
    blame: 'cluster',
    evidence: 'The id or the list that the server itself reports.',
    remedy: ['See who started it, and with which file.', 'Start it with the right one, and resume.'],
  },
  diverged: {
    meaning: "A server counts more digest mismatches with each write: its data differ from the leader's.",
    cause:
      'It was led for a while by a quorum that lost, or its disk is faulty. Either it is not the one host that the stage may re-seed, or no order of the rest is proved with a re-seed.',
    blame: 'cluster',
    evidence: 'The counter of mismatches, twice, on the server and on the leader.',
    remedy: [
      'Re-seed that server from an empty disk once the others can spare it, one at a time: `--rebuild`.',
      'Resume.',
    ],
  },
  'gate-limit': {
    meaning: 'What the step predicted was not seen within the limit.',
    cause:
      'A server does not join, an election does not end, or a host is too slow for the limit: two minutes, ten where Exhibitor supervises the servers (DC/OS).',
    blame: 'cluster',
    evidence: 'The open conditions: what each one saw last, the threshold, and for how long.',
    remedy: [
      'Set right what the open conditions show. A member that is up and does not join: see the how-to on resuming.',
      'Resume.',
    ],
  },
  'action-failed': {
    meaning: 'A command on a host failed, or it is not known whether it was carried out.',
    cause: 'The command itself: no space, no permission, a service that does not start.',
    blame: 'cluster',
    evidence: 'The last lines that the command printed, and its exit status.',
    remedy: ['Mend what the output shows.', 'Resume, which looks at the host before it repeats anything.'],
  },
  'no-schedule': {
    meaning: 'From the state that was found, no order of steps keeps the rules.',
    cause: 'Members are missing that the rest of the stage needs.',
    blame: 'cluster',
    evidence: 'Who serves, who does not, and who holds which list.',
    remedy: ['Bring missing members back, with their disks, and resume; or `succession rollback`.'],
  },
  refuted: {
    meaning:
      'From what is seen now, every order of the rest could lose a write or split the ensemble if something fails.',
    cause: 'Something has failed already, so the rest bears fewer further faults than the plan promised.',
    blame: 'cluster',
    evidence: 'The shortest story of what goes wrong, as the proof tells it.',
    remedy: [
      'Bring back what is down or does not serve, with its disk.',
      'Resume; or `succession rollback`.',
    ],
  },
  'budget-spent': {
    meaning:
      'Clients could not write for longer than five times what the plan expects, plus 30 s; where Exhibitor supervises the servers (DC/OS) than thirty times that, plus 180 s.',
    cause: 'Elections take longer than they should: slow disks, a slow network, an overloaded leader.',
    blame: 'cluster',
    evidence: 'How long writes failed in all, and what the plan expected.',
    remedy: ['Find out why before another server goes down.', 'Resume: the budget counts anew.'],
  },
  'journal-unwritable': {
    meaning: 'The journal can’t be written. Nothing that would have to be journalled was done after it.',
    cause: 'The disk that holds the runs is full, or gone.',
    blame: 'operator',
    evidence: 'What the operating system said.',
    remedy: ['Make room.', 'Resume.'],
  },
  'lost-writes': {
    meaning: 'A write that was acknowledged to our own clients is missing on a member.',
    cause: 'It must not come about: the proof, or what it knows of ZooKeeper, is wrong.',
    blame: 'tool',
    evidence: 'The members, how many writes each lacks, and some of their names.',
    remedy: [
      "Keep every disk, the removed members' too.",
      'Compare before anything is wiped.',
      'Please report it, with the run’s folder.',
    ],
  },
  preflight: {
    meaning:
      "Something around the members is not as it must be, and nothing was changed yet. On DC/OS: each master's and agent's state, clocks, space, versions, and genconf.",
    cause:
      'The cluster was not in order before the change, or the cluster file says something that is not so.',
    blame: 'operator',
    evidence: 'Each fault with its host, and what to do about it.',
    remedy: ['Set right each thing that is named.', 'Apply again.'],
  },
  checks: {
    meaning: 'A master is not healthy by the checks that DC/OS itself brings.',
    cause:
      'Before the run: something on a master was ill already. After a stage: a service of it does not come up, or was ill before and came to light with its restart.',
    blame: 'cluster',
    evidence:
      'Each fault with its master: an unhealthy unit (1.9), or a check that failed or could not be run (1.10 on).',
    remedy: [
      'Look at the unit on that master: systemctl status UNIT, journalctl -u UNIT. Set it right, and resume.',
      'What you know to be harmless, such as a service that wants the internet, can be waived: `--waive checks`.',
    ],
  },
  audit: {
    meaning: "A master's address that is to go stands somewhere fixed: an app, a file, a name.",
    cause: 'Somebody wrote the address down where a name that moves with the masters belongs.',
    blame: 'operator',
    evidence: 'Each place with the address; of a file only the number of the line.',
    remedy: ['Change it, and apply again; or agree with `--waive audit`.'],
  },
  backup: {
    meaning: 'What shall be saved before the change could not be.',
    cause: 'No room, no permission, or the service that holds it does not answer.',
    blame: 'cluster',
    evidence: 'What was to be saved, and what the command printed.',
    remedy: ['Save it by hand, then agree with `--waive backup`; or mend the cause, and resume.'],
  },
  configure: {
    meaning: 'The new configuration could not be made, or is not the one that was meant.',
    cause:
      'The file was edited by somebody else, the generator refused it or is of another version, genconf says something else than the masters run besides the list, or the upgrade script can’t be fetched from each master.',
    blame: 'operator',
    evidence: 'The place in the file, or the last lines that the generator printed.',
    remedy: ['As the message says; the backup of the file lies beside it.', 'Resume.'],
  },
  authority: {
    meaning: "The private key of the cluster's own certificate authority can't be put on a newcomer.",
    cause:
      'No master that serves has it and the cluster file names none, or it is not that of the certificate.',
    blame: 'operator',
    evidence: 'Who holds a key, and whether it is that of the certificate in genconf/config.yaml.',
    remedy: ['Name a file with the key in the cluster file (customCaKeyFile).', 'Resume.'],
  },
  certificates: {
    meaning: "A newcomer's certificates don't fit the cluster's, or have not come.",
    cause: 'Its certificate authority is another one, or its clock is wrong.',
    blame: 'cluster',
    evidence: 'The chain, the names and the dates that the newcomer showed.',
    remedy: ["See to the newcomer's certificate authority.", 'Resume.'],
  },
  decommission: {
    meaning: 'A member that left could not be taken out of another replicated thing (CockroachDB, etcd).',
    cause: 'Its ranges have not moved away yet, or nobody there can be asked.',
    blame: 'cluster',
    evidence: 'The state of the member there, as it was seen last.',
    remedy: ['As the message says.', 'Resume.'],
  },
  agents: {
    meaning: 'An agent did not come back as it was, and more than the budget allows.',
    cause: 'The upgrade failed on it, or its containers did not survive it.',
    blame: 'cluster',
    evidence: 'Each agent with what it had before, and what it has now.',
    remedy: ['Mend the agent.', 'Resume: those that are done are not done again.'],
  },
  dns: {
    meaning: 'A name does not point to the masters of today.',
    cause: 'The records were not changed, the hook that changes them failed, or they are cached.',
    blame: 'operator',
    evidence: 'Each name, where it points, and where it should.',
    remedy: ['Change it, or mend the hook.', 'Resume.'],
  },
  soak: {
    meaning: 'What had to hold after the change did not.',
    cause: 'Something that the change has shaken shows only under load, or something else failed meanwhile.',
    blame: 'cluster',
    evidence: 'The condition, what it saw, and for how long it had held before.',
    remedy: ['As the message says.', 'Resume: the soak goes on.'],
  },
};
