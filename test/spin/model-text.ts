// Which part of the Promela model is the same for every script? The state, and all events but the steps.

/** What a model begins with once N and SET are defined: how sets are read, and what no script decides. */
export const preamble = `
#define BIT(i) (1 << (i))
#define HAS(s, i) (((s) >> (i)) & 1)
#define NOBODY N
#define FAULT (faults < MOST_FAULTS)
#define MAY_JOIN(j, l, g) (HAS(finds[j], l) && HAS(hears[j], l) && COUNT(hears[j] & (g)) >= quorum[j])
#define GATE(p, s) (point == p && group == s && up == due)

bit lost_write, split_brain, two_holders;

/* what each server makes of the others: follows from renewed */
SET knows[N], finds[N], hears[N];
byte quorum[N];
bit unread = true;

/* of an election or a cut while it happens, otherwise 0 */
SET crowd, voted, chosen;
byte i, l;
`;

const deeds = `
inline end_process(who) { due = due & ~(who); up = up & ~(who) }
inline begin_process(who) { due = due | (who); stopped = stopped & ~(who); up = up | (who) }

/* what was in flight has arrived; nothing arrives while nobody leads */
inline pass_gate() { holders = (group -> group : holders); point++ }

inline settle() {
  group = group & up;
  if
  :: leader != NOBODY && HAS(up, leader) && COUNT(group & ACKS(leader)) >= quorum[leader]
  :: else -> leader = NOBODY; group = 0
  fi
}

inline judge() {
  if
  :: CLASH -> two_holders = true; assert(!two_holders); false
  :: else
  fi
}

/* one of s, which is not empty, into l */
inline choose_one(s) {
  do
  :: HAS(s, l) -> break
  :: ((s) >> l) > 1 -> l++
  od
}

/* any subset of s, into chosen */
inline choose(s) {
  do
  :: i < N && HAS(s, i) -> chosen = chosen | BIT(i); i++
  :: i < N -> i++
  :: i == N -> i = 0; break
  od
}
`;

/** The model around `stepOptions`, the options that carry the script out, for this many servers. */
export function modelText(servers: number, stepOptions: string): string {
  const places = Array.from({ length: servers }, (_, place) => place);
  const options = (option: (j: number) => string): string =>
    places.map((j) => `    :: ${option(j)}`).join('\n');
  const union = (term: (j: number) => string): string => places.map((j) => ` | ${term(j)}`).join('');
  return `${deeds}
/* whom of the crowd the vote for l reaches, after as many turns as there are servers */
#define REACHED(j) (HAS(crowd, j) && (hears[j] & voted) && ADOPTS(j, l) -> BIT(j) : 0)
inline spread() {
  voted = BIT(l);
  do
  :: i < N -> voted = voted${union((j) => `REACHED(${j})`)}; i++
  :: else -> i = 0; break
  od
}

/* those of the crowd that follow l: a new group, into chosen */
#define FOLLOWER(j) (HAS(crowd, j) && HAS(finds[j], l) && COUNT(hears[j] & crowd) + 1 >= quorum[j] -> BIT(j) : 0)
inline follow() { chosen = BIT(l)${union((j) => `FOLLOWER(${j})`)} }

#define VOTED (voted == crowd && COUNT(hears[l] & crowd) + 1 >= quorum[l])
#define BLANK_LEADS_BLANK (!HAS(blank, l) || (crowd & ~blank) == 0)
#define MAY_ENTER(j) (HAS(up & ~group & ~chosen, j) && MAY_JOIN(j, l, chosen) && (!HAS(blank, l) || HAS(blank, j)))
#define MAY_MISS_A_WRITE (COUNT(holders & COUNTED & ~(crowd & ~blank)) >= LAST_QUORUM)

inline take_over() {
  group = chosen;
  holders = chosen;
  leader = l;
  list_to = HAS(renewed, l);
  blank = blank & ~chosen
}

/* an election that a crowd was chosen for; without an effect where it does not come about */
inline elect() {
  if
${options((j) => `HAS(crowd, ${j}) -> l = ${j}; d_step { spread(); follow() }`)}
    :: crowd == 0
  fi;
  if
  :: crowd != 0 && VOTED && BLANK_LEADS_BLANK ->
    do
    :: COUNT(chosen & ELECTORS(l)) >= quorum[l] ->
      if
      :: MAY_MISS_A_WRITE && leader == NOBODY -> lost_write = true; assert(!lost_write); false
      :: MAY_MISS_A_WRITE && leader != NOBODY -> split_brain = true; assert(!split_brain); false
      :: else -> take_over(); break
      fi
${options((j) => `COUNT(chosen & ELECTORS(l)) < quorum[l] && MAY_ENTER(${j}) -> chosen = chosen | BIT(${j}); crowd = crowd | BIT(${j})`)}
    :: else -> break
    od
  :: else
  fi
}

init {
  atomic {
    d_step { read_lists(); settle() };
    judge()
  };
  do

  :: atomic {
    if
${stepOptions}

    /* join */
${options((j) => `leader != NOBODY && HAS(up & ~group, ${j}) && MAY_JOIN(${j}, leader, group) -> group = group | BIT(${j}); holders = holders | BIT(${j}); blank = blank & ~BIT(${j})`)}

    /* restart */
    :: (due & ~up) -> choose_one(due & ~up); up = up | BIT(l)

    /* crash */
    :: FAULT && up -> choose_one(up); faults++; up = up & ~BIT(l)

    /* revive */
    :: FAULT && (stopped & ~up) -> choose_one(stopped & ~up); faults++; up = up | BIT(l)

    /* dissolve */
    :: FAULT && leader != NOBODY -> faults++; leader = NOBODY

    /* cut */
    :: FAULT && leader != NOBODY ->
      choose(group & ~BIT(leader));
      if
      :: chosen != 0 && COUNT(group & ~chosen & ACKS(leader)) >= quorum[leader] -> faults++; group = group & ~chosen
      :: else
      fi

    /* elect */
    :: (up & ~group) -> choose(up & ~group); crowd = chosen; elect()
    fi;
    crowd = 0;
    d_step {
      voted = 0; chosen = 0; l = 0;
      if :: unread -> read_lists() :: else fi;
      settle()
    };
    judge()
  }
  od
}
`;
}
