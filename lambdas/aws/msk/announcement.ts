/**
 * What the restart's Automation reads from the lease beside `victim` and `phase`: it can neither take a name apart nor tell epoch
 * milliseconds. `victim_id` is the bare id of a broker, null for any other member; `expires_text` the lease's expiry as Systems
 * Manager prints `global:DATE_TIME`, which compares as text.
 */
export function announcementOf(victim: string, expires_at: number): { victim_id: string | null; expires_text: string } {
  const [, victim_id = null] = /^broker-(\d+)$/.exec(victim) ?? [];
  const [, date, time = ''] = /^(.{10})T(.{8})/.exec(new Date(expires_at).toISOString()) ?? [];
  return { victim_id, expires_text: `${date}_${time.replaceAll(':', '.')}` };
}
