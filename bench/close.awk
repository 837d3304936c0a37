# The nearest job in awk: what each partner paid, by pool, period and group, and what it bears.
#
#     mawk -F, -f close.awk months.csv shares.csv accounts.csv cost_centres.csv ledger/*.csv | sort
#
# A comma parts fields, quoted or not: enough here, because only the last field is quoted.
# Pence are whole numbers in floating point; shares are floating point, each partner's rounded
# alone. Nothing is tested but the header. Output as in close.sql.

FNR == 1 { file++; next }

file > 4 {
    if ((period = $4) == "")
        period = month[substr($3, 1, 7)]
    code = $2 "," $5
    if (code in special && (code "," $6 "," period) in one_account)
        where = one_account[code "," $6 "," period]
    else
        where = all_accounts[code "," period]
    amount = $7 < 0 ? int($7 * 100 - 0.5) : int($7 * 100 + 0.5)
    key = where "," period "," group[$2 "," $6] "," $2
    pence[key] += amount
    lines[key]++
    next
}

file == 1 { month[$1] = $2; next }
file == 2 {
    if (!($2 in known)) {
        known[$2]
        order[++periods] = $2
    }
    share[$1 "," $2 "," $3] = $4
    partner[$3]
    next
}
file == 3 { group[$1 "," $2] = $3; next }
file == 4 {
    code = $1 "," $2
    if ($3 != "")
        special[code]
    for (i = 1; i <= periods; i++)
        if (($4 == "" || $4 <= order[i]) && ($5 == "" || $5 >= order[i])) {
            if ($3 == "")
                all_accounts[code "," order[i]] = $6 "," $7 "," $8
            else
                one_account[code "," $3 "," order[i]] = $6 "," $7 "," $8
        }
}

function rounded(x) { return x < 0 ? -int(0.5 - x) : int(x + 0.5) }

END {
    for (key in pence) {
        split(key, f, ",")              # kind, pool, bearer, period, group, partner
        total[f[1]] += pence[key]
        count[f[1]] += lines[key]
        if (f[1] == "excluded")
            continue
        row = f[1] "," f[2] "," f[4] "," f[5] ","
        paid[row f[6]] += pence[key]
        if (f[3] != "")
            borne[row f[3]] += pence[key]
        else {
            pot[row] += pence[key]
            line[f[1] "," f[2] "," f[5]]
        }
    }
    for (l in line) {
        split(l, f, ",")
        for (p in partner) {
            so_far = before = 0
            for (i = 1; i <= periods; i++) {
                row = f[1] "," f[2] "," order[i] "," f[3] ","
                if (!(row in pot))
                    continue
                so_far += pot[row] * share[f[2] "," order[i] "," p]
                borne[row p] = rounded(so_far) - before
                before = rounded(so_far)
            }
        }
    }
    for (row in paid)
        if (!(row in borne))
            borne[row] = 0
    for (row in borne)
        printf "%s,%.0f,%.0f\n", row, borne[row], paid[row]
    for (kind in total)
        printf "total,%s,,,,%.0f,%.0f\n", kind, count[kind], total[kind]
}
