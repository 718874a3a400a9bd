/**
 * Stands in a bundle for the validator by which Kafka's client checks the options of its producers, consumers and admins. The
 * probe makes none of them, it only uses connections; whoever did would be told so.
 */
export class Ajv2020 {
  addKeyword(): void {}

  compile(): () => never {
    return () => {
      throw new Error("options of Kafka's client: got some to check, but a bundle holds no validator; use the client's connections only");
    };
  }
}
