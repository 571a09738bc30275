# How far a build is: one line at each tenth of its steps, in place of hundreds.
match($0, /^\[[0-9]+\/[0-9]+\]/) {
    split(substr($0, 2, RLENGTH - 2), step, "/")
    tenth = int(10 * step[1] / step[2])
    if (tenth > shown) {
        shown = tenth
        printf "    %d %% (step %d of %d)\n", 10 * tenth, step[1], step[2]
        fflush()
    }
}
