import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { reason } from '../task.ts';
import type { Notice, Notices } from '../tools.ts';

/** What rules match on; the version rises when a field changes its meaning. */
export const event_source = 'quorum-drills';
const event_version = 1;

/** SNS takes a subject of at most 100 printable ASCII characters. */
const subject_chars = 100;

/** Every notice is an event on the bus; all but the phases, which are many, go to people as well. */
export function awsNotices(eventBridge: EventBridgeClient, bus: string, sns: SNSClient, topic: string): Notices {
  return {
    publish: async (notice) => {
      // Each way is tried whatever becomes of the other: a page must not be lost with an event.
      const ways = [putEvent(eventBridge, bus, notice), ...(notice.kind === 'phase' ? [] : [tell(sns, topic, notice)])];
      const failed = (await Promise.allSettled(ways)).flatMap((way) => (way.status === 'rejected' ? [reason(way.reason)] : []));
      if (failed.length > 0) throw new Error(`notice ${notice.kind} of run ${notice.run}: ${failed.join('; ')}`);
    },
  };
}

async function putEvent(eventBridge: EventBridgeClient, bus: string, { run, drill, kind, text }: Notice): Promise<void> {
  const entry = {
    EventBusName: bus,
    Source: event_source,
    DetailType: `Drill ${kind}`,
    Detail: JSON.stringify({ version: event_version, run, drill, kind, text }),
  };
  const { FailedEntryCount, Entries } = await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
  // The call succeeds even when the bus took nothing.
  if (FailedEntryCount === 0) return;
  const [why] = Entries ?? [];
  throw new Error(`event on ${bus}: got ${why?.ErrorCode ?? 'no word'} (${why?.ErrorMessage ?? 'no reason'}), wanted it accepted`);
}

async function tell(sns: SNSClient, TopicArn: string, { run, drill, kind, text }: Notice): Promise<void> {
  const Subject = `${drill}: ${kind}`.slice(0, subject_chars);
  const MessageAttributes = { kind: { DataType: 'String', StringValue: kind }, drill: { DataType: 'String', StringValue: drill } };
  await sns.send(new PublishCommand({ TopicArn, Subject, Message: `${text}\n\nrun ${run}`, MessageAttributes }));
}
