/** Something outside would not let the command do its work: exit code 3, nothing was started. */
export class NotRun extends Error {
  override name = 'NotRun' as const;
}
