#!/usr/bin/busybox sh
# SPDX-License-Identifier: Apache-2.0
# A script whose interpreter is static; it uses the shell's own commands only.
i=0
while [ $i -lt 3 ]; do
    echo "line $i: $1"
    i=$((i + 1))
done
read word
echo "read: $word"
case $word in Apus*) echo a bird ;; *) echo nothing ;; esac
exit 7
