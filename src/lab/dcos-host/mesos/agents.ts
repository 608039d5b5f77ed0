// Which agents does a leading master know, and which of them did it hear lately?

/** An agent as `/slaves` shows it. Times are in seconds since 1970. */
export interface AgentRecord {
  readonly id: string;
  readonly address: string;
  /** `slave_public` or `slave`. */
  readonly role: string;
  readonly tasks: number;
  readonly registeredAt: number;
  readonly reregisteredAt: number | null;
  readonly heardMs: number;
}

/** What an agent says of itself. */
export interface AgentWord {
  /** Empty before its first registration. */
  readonly id: string;
  readonly address: string;
  readonly role: string;
  readonly tasks: number;
}

/** The agents of one master, from its election on. */
export interface Agents {
  /** Those in the registry who have not come back to this master yet. */
  readonly recovered: Set<string>;
  readonly active: Map<string, AgentRecord>;
}

/** From the values of the registrar's log: who was admitted and not removed. */
export function agentsFrom(values: readonly string[]): Agents {
  const recovered = new Set<string>();
  for (const value of values) {
    const [deed, id = ''] = value.split(' ');
    if (deed === 'admit') recovered.add(id);
    else if (deed === 'remove') recovered.delete(id);
  }
  return { recovered, active: new Map() };
}

/** Takes an agent's word in; the registry has heard of it before. */
export function hear(
  agents: Agents,
  word: AgentWord & { readonly id: string },
  nowMs: number,
  atSeconds: number,
): void {
  const known = agents.active.get(word.id);
  const wasAdmitted = agents.recovered.delete(word.id);
  const registeredAt = known?.registeredAt ?? atSeconds;
  const reregisteredAt = known === undefined && wasAdmitted ? atSeconds : (known?.reregisteredAt ?? null);
  agents.active.set(word.id, { ...word, registeredAt, reregisteredAt, heardMs: nowMs });
}

/** An agent whose process began anew says so: its time of re-registration is now. */
export function returned(agents: Agents, id: string, atSeconds: number): void {
  const known = agents.active.get(id);
  if (known !== undefined) agents.active.set(id, { ...known, reregisteredAt: atSeconds });
}

/** Takes out, and names, the agents that were not heard for longer than the limit (pings: 20 of 15 s each). */
export function dropUnheard(agents: Agents, nowMs: number, limitMs: number): readonly string[] {
  const lost = [...agents.active.values()].filter(({ heardMs }) => nowMs - heardMs > limitMs);
  for (const { id } of lost) agents.active.delete(id);
  return lost.map(({ id }) => id);
}
