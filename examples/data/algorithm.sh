# Joins the stations with the measurements and aggregates by region.
set -eu
stations=$(echo "$INPUTS"/5a*/0)
measurements=$(echo "$INPUTS"/5b*/0)
echo "stations: $(wc -l < "$stations") lines, measurements: $(wc -l < "$measurements") lines"
{
    echo "region,readings,min_c,mean_c,max_c"
    awk -F, '
        FNR == 1 { next }
        NR == FNR { region[$1] = $2; next }
        {
            r = region[$2]
            if (!(r in n)) { least[r] = $3 + 0; greatest[r] = $3 + 0 }
            n[r]++
            sum[r] += $3
            if ($3 < least[r]) least[r] = $3 + 0
            if ($3 > greatest[r]) greatest[r] = $3 + 0
        }
        END {
            for (r in n) {
                half = 2 * sum[r] + n[r]
                mean = int(half / (2 * n[r]))
                if (half < 0 && mean * 2 * n[r] != half) mean--
                printf "%s,%d,%.1f,%.1f,%.1f\n", r, n[r], least[r] / 10, mean / 10, greatest[r] / 10
            }
        }' "$stations" "$measurements" | sort
} > "$OUTPUTS/regions.csv"
echo "regions: $(($(wc -l < "$OUTPUTS/regions.csv") - 1))"
