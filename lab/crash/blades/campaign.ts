// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * All blades on all clients of a board, one intervention a run.
 *
 * NON-TOCK. The same every time: nothing is drawn, so a finding's word is enough to see it again.
 */
import { CLIENTS, type Client, type ClientName } from './clients.ts';
import { Judge, type Judgement, type Verdict } from './judge.ts';
import { describeMoment } from './moment.ts';
import { plan, wordFor, type InterventionKind } from './plan.ts';
import { Laboratory, type Intervention, type Observation, type Setup } from './trial.ts';
import type { AppMain, BoardKind } from '#boards/board';

/** An app that is not of ours. */
export interface OtherApp {
  readonly name: string;
  readonly main: AppMain;
}

/** What to try. */
export interface CampaignOptions {
  readonly board: BoardKind;
  /** Names of upstream's flaws to have back. */
  readonly faithful?: readonly string[];
  /** Whose runs are disturbed: clients by name, or an app. */
  readonly victim: ClientName | OtherApp;
  /** What runs beside it. Default: the same client, or `console` beside an app. */
  readonly neighbour?: ClientName;
  /** Default: all. */
  readonly kinds?: readonly InterventionKind[];
  /** Only this one. */
  readonly only?: Intervention;
  /** Stops the campaign early when it says so; asked before each run. */
  readonly enough?: () => boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Runs that went wrong in one and the same way. */
export interface Finding {
  readonly verdict: Verdict;
  readonly what: string;
  /** The earliest intervention that shows it, as a word for `--only`. */
  readonly only: string;
  /** What had just happened there. */
  readonly when: string;
  /** How many runs showed it. */
  readonly runs: number;
}

/** What came of a campaign. */
export interface CampaignResult {
  readonly client: string;
  /** Moments and events of the undisturbed run. */
  readonly moments: number;
  readonly events: number;
  /** Runs that were planned, and that were made. */
  readonly planned: number;
  readonly runs: number;
  readonly findings: readonly Finding[];
}

/** Makes every planned run. */
export function runCampaign(options: CampaignOptions): CampaignResult {
  const { victim, kinds, only, enough, onProgress } = options;
  const laboratory = new Laboratory(setupOf(options));
  const undisturbed = laboratory.run({ kind: 'none' });
  const judge = new Judge(undisturbed, areSociable(options));
  const interventions = only === undefined ? plan(undisturbed, kinds) : [only];
  const findings = new Findings(undisturbed);
  const fault = judge.undisturbedFault();
  let runs = 1;
  if (fault !== undefined) findings.add({ kind: 'none' }, fault);
  else {
    for (const intervention of interventions) {
      if (enough?.() === true) break;
      const judgement = judge.judge(intervention, laboratory.run(intervention));
      if (judgement !== undefined) findings.add(intervention, judgement);
      runs++;
      onProgress?.(runs, interventions.length + 1);
    }
  }
  return {
    client: typeof victim === 'string' ? victim : victim.name,
    moments: undisturbed.moments.length,
    events: undisturbed.events.length,
    planned: interventions.length + 1,
    runs,
    findings: findings.all(),
  };
}

function setupOf({ board, faithful = [], victim, neighbour }: CampaignOptions): Setup {
  const beside: Client = CLIENTS[neighbour ?? (typeof victim === 'string' ? victim : 'console')];
  if (typeof victim !== 'string') {
    return { board, faithful, victim, neighbour: beside, attended: true };
  }
  const client: Client = CLIENTS[victim];
  return {
    board,
    faithful,
    victim: { name: 'victim', main: client.main },
    neighbour: beside,
    attended: client.attended === true || beside.attended === true,
  };
}

/** Whether victim and neighbour talk to each other. */
function areSociable({ victim, neighbour }: CampaignOptions): boolean {
  if (typeof victim !== 'string') return false;
  const names = [victim, neighbour ?? victim];
  return names.every((name) => (CLIENTS[name] as Client).sociable === true);
}

/** Findings by what they say, each with the intervention that showed it first. */
class Findings {
  private readonly byText = new Map<string, Finding>();

  constructor(private readonly undisturbed: Observation) {}

  add(intervention: Intervention, { verdict, what }: Judgement): void {
    const text = `${intervention.kind} ${verdict} ${what}`;
    const known = this.byText.get(text);
    const when = known?.when ?? describeMoment(intervention, this.undisturbed);
    const only = known?.only ?? wordFor(intervention);
    this.byText.set(text, { verdict, what, only, when, runs: (known?.runs ?? 0) + 1 });
  }

  all(): Finding[] {
    return [...this.byText.values()];
  }
}
