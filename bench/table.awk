# The medians of the results as Markdown: engine, rows, case, contender, then requests a second, p50 and p99 in ms, CPU
# milliseconds of server and database a thousand requests, MiB.

function median(key, column,    count, at, other, swap, values) {
    count = runs[key]
    for (at = 1; at <= count; at++) values[at] = seen[key, at, column]
    for (at = 2; at <= count; at++)
        for (other = at; other > 1 && values[other] < values[other - 1]; other--) {
            swap = values[other]; values[other] = values[other - 1]; values[other - 1] = swap
        }
    return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}

# CPU of server and database together, run by run.
function cpu(key) { return median(key, 11) }

{
    place = $1 FS $2 FS $3
    if (!(place in known)) { known[place] = 1; order[++places] = place }
    key = place FS $4
    runs[key]++
    for (column = 5; column <= 10; column++) seen[key, runs[key], column] = $column
    seen[key, runs[key], 11] = $8 + $9
}

END {
    print "| engine | rows | case | server | requests/s | p50 ms | p99 ms | CPU server | CPU database | sum | MiB | service : reference |"
    print "| --- | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for (at = 1; at <= places; at++) {
        split(order[at], part, FS)
        for (side = 1; side <= 2; side++) {
            contender = side == 1 ? "service" : "reference"
            key = order[at] FS contender
            if (!(key in runs)) continue
            ratio = side == 1 && cpu(order[at] FS "reference") > 0 ? sprintf("%.2f", cpu(key) / cpu(order[at] FS "reference")) : ""
            printf "| %s | %d | %s | %s | %.0f | %.2f | %.1f | %.0f | %.0f | %.0f | %.0f | %s |\n", part[1], part[2], part[3], contender,
                median(key, 5), median(key, 6), median(key, 7), median(key, 8), median(key, 9), cpu(key), median(key, 10), ratio
        }
    }
    print ""
    goal["by_id"] = 1.9; goal["list"] = 1.5; goal["search_rare"] = goal["search_common"] = 1.15; goal["submit"] = goal["submit_keyed"] = 1.5
    goal["seeker_by_id"] = 1.6; goal["seekers_list"] = 1.2; goal["ticket_book"] = goal["enrol"] = 1.5
    for (at = 1; at <= places; at++) {
        split(order[at], part, FS)
        if (part[1] == "postgres" && part[2] <= 100000 && part[3] in goal) {
            ratio = cpu(order[at] FS "service") / cpu(order[at] FS "reference")
            printf "- %s: %.2f times the raw CPU; the target of %.2f is %s\n", part[3], ratio, goal[part[3]], ratio <= goal[part[3]] ? "met" : "missed"
        }
        if (part[3] == "submit" && ((part[1] FS part[2] FS "submit_alone") in known)) {
            alone = part[1] FS part[2] FS "submit_alone" FS "service"
            printf "- %s: 32 callers file %.1f times as many reports a second as one\n", part[1], median(order[at] FS "service", 5) / median(alone, 5)
        }
    }
    for (at = 1; at <= places; at++) {
        split(order[at], part, FS)
        first = part[1] FS "100000" FS part[3]
        if (part[2] > 100000 && (first in known))
            for (side = 1; side <= 2; side++) {
                contender = side == 1 ? "service" : "reference"
                printf "- %s %s, %s: at %d rows %.2f times the CPU of 100000\n", part[1], part[3], contender, part[2],
                    cpu(order[at] FS contender) / cpu(first FS contender)
            }
    }
}
