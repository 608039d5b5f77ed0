// By which ways are Exhibitor and Mesos of a cluster asked: straight from here, or as its security wants it?

import type { Address } from '../../../model/ensemble.js';
import type { AskJson } from '../../../probe/http-json.js';
import type { Transport } from '../../../remote/transport.js';
import type { DcosCluster } from '../cluster-file.js';
import { exhibitorWay } from './exhibitor-way.js';
import { type MesosAccess, mesosAccess } from './mesos-access.js';

/** The ways of one cluster. They remember a login: one for all questions. */
export interface ServiceWays {
  readonly mesos: MesosAccess;
  /** To the Exhibitor of this master. */
  readonly exhibitor: (address: Address) => AskJson;
}

/** Nothing is asked before the first question. */
export function serviceWays(cluster: DcosCluster, transport: Transport): ServiceWays {
  return {
    mesos: mesosAccess(cluster, transport),
    exhibitor: (address) => exhibitorWay(cluster, transport, address),
  };
}
