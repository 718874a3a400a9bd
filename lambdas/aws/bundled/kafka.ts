/**
 * Stands in a bundle for `@platformatic/kafka`, whose index loads its admins, consumers, producers and schema registries too.
 * Only what the probe imports is here: a name that is missing fails the bundle. The package exports none of these files by
 * itself, so they are named by their paths.
 */
export * as fetchV12 from '../../../node_modules/@platformatic/kafka/dist/apis/consumer/fetch-v12.js';
export * as listOffsetsV6 from '../../../node_modules/@platformatic/kafka/dist/apis/consumer/list-offsets-v6.js';
export * as apiVersionsV3 from '../../../node_modules/@platformatic/kafka/dist/apis/metadata/api-versions-v3.js';
export * as metadataV9 from '../../../node_modules/@platformatic/kafka/dist/apis/metadata/metadata-v9.js';
export * as initProducerIdV4 from '../../../node_modules/@platformatic/kafka/dist/apis/producer/init-producer-id-v4.js';
export * as produceV9 from '../../../node_modules/@platformatic/kafka/dist/apis/producer/produce-v9.js';
export { Connection } from '../../../node_modules/@platformatic/kafka/dist/network/connection.js';
export { crc32c } from '../../../node_modules/@platformatic/kafka/dist/protocol/crc32c.js';
export { protocolErrors, protocolErrorsCodesById } from '../../../node_modules/@platformatic/kafka/dist/protocol/errors.js';
export { Reader } from '../../../node_modules/@platformatic/kafka/dist/protocol/reader.js';
export { Writer } from '../../../node_modules/@platformatic/kafka/dist/protocol/writer.js';
