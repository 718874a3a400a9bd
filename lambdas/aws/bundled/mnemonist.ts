/** Stands in a bundle for `mnemonist`, whose index loads all its structures: Kafka's client uses this one. */
export { default as LRUCache } from '../../../node_modules/mnemonist/lru-cache.js';
