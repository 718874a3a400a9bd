# Brings the member back, however far the fault came; safe to repeat. Before it: `with`, the data to start with. The members must
# all start with the same: `old` ones are those that were moved aside, and stay where nothing was moved.
alone
if [ "$with" = old ] && [ -d "$data.lost" ]; then
  [ ! -f "$manifest" ] || refuse "etcd runs on $data already, and its old data lie beside it"
  rm -rf "$data"
  mv "$data.lost" "$data"
fi
bring_back
rm -rf "$home/work" "$home/key" "$home/key.sealed" "$home"/snapshot.sealed*
if [ -d "$data.lost" ] && client endpoint health >/dev/null 2>&1; then rm -rf "$data.lost"; fi
say back "$name"
