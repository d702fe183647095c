BEGIN { FS = "," }
NR > 1 { n[$1] = $2; total += $2 }
END { for (k in n) if (n[k] > m) { m = n[k]; w = k } printf "%s %d %.2f\n", w, m, total / (NR - 1) }
