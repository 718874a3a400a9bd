/** Stands in for etcd's tools: its snapshots hold `content`, and it restores those that still end in `whole`. */
export const tool = `#!/bin/sh
while [ "\${1#--}" != "$1" ]; do shift; done
case "$1 $2" in
  'version ') echo "etcdctl version: \${TOOL_VERSION:-3.4.23}" ;;
  'endpoint status')
    if [ -n "$REFUSED_TLS" ]; then
      echo '{"level":"warn","error":"rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = \\"transport: authentication handshake failed: x509: certificate signed by unknown authority\\""}' >&2
      echo 'Failed to get the status of endpoint (context deadline exceeded)' >&2
      exit 1
    fi
    printf '[{"Status":{"version":"3.4.23","dbSize":1000}}]' ;;
  'snapshot save') printf 'content whole' >"$3" ;;
  'snapshot status') printf '{"hash":1,"revision":41,"totalKey":7,"totalSize":1000}' ;;
  'snapshot restore')
    if [ "$3" = --help ]; then echo "$HELP"; sleep 0.2; echo 'Global flags'; exit; fi
    if [ -n "$FULL" ]; then echo 'Error: write db: no space left on device' >&2; exit 1; fi
    if [ -n "$CRASH" ]; then echo 'unexpected fault address 0x7f' >&2; exit 2; fi
    if [ -n "$SIGNAL" ]; then kill -"$SIGNAL" $$; fi
    if [ "$(tail -c 5 "$3")" != whole ]; then echo 'Error: expected sha256 [1 255 16], got [2 0]' >&2; exit 1; fi
    for word in "$@"; do case $word in --data-dir=*) data=\${word#*=} ;; esac; done
    mkdir -p "$data/member/snap" && echo "$*" >"$data/member/snap/db" ;;
  'member list') echo '8e9e05c52164694d, started, live-1, http://10.0.0.1:2380,http://10.0.0.9:2380, http://10.0.0.1:2379, false' ;;
  *) exit 1 ;;
esac
`;
