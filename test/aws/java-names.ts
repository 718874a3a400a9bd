/** Words of a model's name as AWS's SDK for Java 2 splits it (`NamingStrategy.splitOnWordBoundaries` of its code generator). */
function words(name: string): string[] {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .replaceAll(/([^a-z]{2,})v([0-9]+)/g, '$1 v$2 ')
    .replaceAll(/([^A-Z]{2,})V([0-9]+)/g, '$1 V$2 ')
    .replaceAll(/(?<=[a-z])(?=[A-Z][a-zA-Z0-9])/g, ' ')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/([0-9])([a-zA-Z])/g, '$1 $2')
    .trim()
    .split(/ +/);
}

/** A member as Step Functions writes it, whose SDK integrations are made from the SDK for Java 2: `DBClusterIdentifier` is `DbClusterIdentifier`. */
export function asJava(member: string): string {
  return words(member)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/** An operation as Step Functions writes it in a resource: `DescribeDBClusters` is `describeDBClusters`. */
export function asAction(operation: string): string {
  return operation.charAt(0).toLowerCase() + operation.slice(1);
}
