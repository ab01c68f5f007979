// What assistants read in the browser, as the bridge says it: the words are those of protocol.ts.

import type { Maybe } from "./protocol";

/** An address as it may be shown; `opens` where nothing was taken out of it or cut off. */
export interface ResearchAddress {
  text: string;
  opens: boolean;
}

/** A part of a page that is looked at again and again. `before` and `after` say where its last change was. */
export interface ResearchWatch {
  id: string;
  address: ResearchAddress;
  selector?: Maybe<string>;
  everySeconds: number;
  looks: number;
  changes: number;
  looked?: Maybe<number>;
  changed?: Maybe<number>;
  reads?: Maybe<string>;
  before?: Maybe<string>;
  after?: Maybe<string>;
  trouble?: Maybe<string>;
}

export interface ResearchPage {
  address: ResearchAddress;
  title: string;
  how: string;
  time: number;
}

/** What a market's settlement source said: lines of it, or why it could not be read. */
export interface ResearchCheck {
  market: string;
  address: ResearchAddress;
  selector?: Maybe<string>;
  sought?: Maybe<string>;
  time: number;
  found: string[];
  more: number;
  trouble?: Maybe<string>;
}

/** What assistants read through the desk's browser. Its times are the wall's, also at a desk that plays a recording. */
export interface ResearchView {
  watches: ResearchWatch[];
  pages: ResearchPage[];
  checks: ResearchCheck[];
}
