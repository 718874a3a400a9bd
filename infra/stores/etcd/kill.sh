# Sent to every member, and acts on the one that the lease names: its own. Before it: `victim`.
if [ "$name" != "$victim" ]; then
  say untouched "$name"
  exit 0
fi

# Should nobody undo it, the host does so by itself.
set_timer() {
  systemd-run --quiet --collect --unit=quorum-drills-back --on-active=1800 mv -n "$aside" "$manifest" 9>&- ||
    refuse 'systemd sets no timer that would bring etcd back'
}

alone
take_down set_timer
