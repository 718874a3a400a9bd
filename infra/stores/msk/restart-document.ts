import { apiStep, automationDocument, type LeaseOrder, leaveTheReceipt, takeTheVictim } from '../../lease-steps.ts';

/** What the document is told of its target. */
export interface RestartOrder extends LeaseOrder {
  clusterArn: string;
  roleArn: string;
}

/** Longest time of the whole Automation, for FIS: more than all of its calls together. */
export const restart_limit = 'PT3M';

/**
 * The Automation that restarts one broker. It takes the victim from the lease by a conditional write, so that it acts once for
 * each announcement and for none that was withdrawn; asks MSK to restart that broker; and leaves a receipt that says whom it hit.
 * It ends when the restart is accepted: the drill's workflow watches MSK's operation.
 */
export function restartDocument(order: RestartOrder): object {
  return automationDocument(
    order.roleArn,
    'Restarts the broker that a running drill has announced in its lease, and does nothing without an announcement.',
    [
      takeTheVictim(order, { attribute: 'victim_id' }, 'RestartTheBroker'),
      restartTheBroker(order),
      leaveTheReceipt(order, null, { victim: '{{ TakeTheVictim.victim }}', operation: '{{ RestartTheBroker.operation }}' }),
    ],
  );
}

function restartTheBroker({ clusterArn }: RestartOrder): object {
  return apiStep('RestartTheBroker', 'LeaveTheReceipt', {
    inputs: { Service: 'kafka', Api: 'RebootBroker', ClusterArn: clusterArn, BrokerIds: ['{{ TakeTheVictim.victim_id }}'] },
    outputs: [{ Name: 'operation', Selector: '$.ClusterOperationArn', Type: 'String' }],
  });
}
