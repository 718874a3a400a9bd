# Sent to every member, and acts on the one that the lease names: its own. Before it: `victim`.
if [ "$name" != "$victim" ]; then
  say untouched "$name"
  exit 0
fi
alone
take_down
