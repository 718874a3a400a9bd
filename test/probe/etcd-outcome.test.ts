import { expect, test } from 'vitest';
import { codeOf, judge, read } from '../../probe/etcd/outcome.ts';

const failed = [
  ['connect', 'ECONNREFUSED'],
  ['connect', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['connect', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ['connect', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['connect', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  ['connect', 'CERT_HAS_EXPIRED'],
  ['connect', 'CERT_SIGNATURE_FAILURE'],
  ['connect', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['connect', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  ['connect', 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE'],
  ['request', 'no leader'],
  ['request', 'rpc not supported for learner'],
  ['request', 'too many requests'],
  ['request', 'raft proposal dropped'],
] as const;

test.each(failed)('at the %s, %s comes before anything is proposed', (phase, code) => {
  expect(judge(phase, code)).toEqual({ outcome: 'failed', code });
});

const doubtful = [
  ['connect', 'ECONNRESET'],
  ['connect', 'ETIMEDOUT'],
  ['connect', 'greeting 503'],
  ['connect', 'unknown'],
  ['connect', 'no leader'],
  ['request', 'ECONNREFUSED'],
  ['request', 'ECONNRESET'],
  ['request', 'EPIPE'],
  ['request', 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'],
  ['request', 'leader changed'],
  ['request', 'not leader'],
  ['request', 'request timed out'],
  ['request', 'request timed out, possibly due to previous leader failure'],
  ['request', 'request timed out, possibly due to connection lost'],
  ['request', 'server stopped'],
  ['request', 'mvcc: database space exceeded'],
  ['request', 'context deadline exceeded'],
  ['request', 'grpc 14'],
  ['request', 'http 502'],
  ['request', 'no revision'],
  ['request', 'no leader at all'],
] as const;

test.each(doubtful)('at the %s, %s may have been proposed', (phase, code) => {
  expect(judge(phase, code)).toEqual({ outcome: 'indeterminate', code });
});

const header = { cluster_id: '9', member_id: '13298349465166441334', revision: '5', raft_term: '2' };

test('a success is its header and its keys', () => {
  const kvs = [{ key: Buffer.from('a/1').toString('base64'), create_revision: '3', mod_revision: '4', version: '1' }];
  expect(read({ status: 200, text: JSON.stringify({ header, kvs, count: '1' }) })).toEqual({
    header: { member_id: '13298349465166441334', revision: 5, term: 2 },
    keys: [{ key: 'a/1', mod_revision: 4 }],
  });
});

test.each([
  ['3.4', 503, { error: 'etcdserver: no leader', message: 'etcdserver: no leader', code: 14 }, 'no leader'],
  ['3.6', 503, { message: 'etcdserver: no leader', code: 14, details: [] }, 'no leader'],
  ['a timeout', 503, { message: 'etcdserver: request timed out', code: 14 }, 'request timed out'],
  ['a text with something of the request in it', 500, { message: 'etcdserver: key quorum-drill/r/w/7 is odd', code: 2 }, 'grpc 2'],
  ['an error without a code', 502, {}, 'http 502'],
  ['a success without a header', 200, {}, 'no revision'],
  ['a success without a revision', 200, { header: { member_id: '1' } }, 'no revision'],
])('%s is no success: %i %j', (_, status, body, code) => {
  expect(read({ status, text: JSON.stringify(body) })).toEqual({ code });
});

test.each(['', 'null', '<html>bad gateway</html>', '{"header":{"revision":"5"'])('an answer that is no JSON object: %j', (text) => {
  expect(read({ status: 200, text })).toEqual({ code: 'http 200' });
});

test('an error without a code is unknown', () => {
  expect(codeOf(Object.assign(new Error('x'), { code: 'EPIPE' }))).toBe('EPIPE');
  expect(codeOf(new Error('x'))).toBe('unknown');
});
