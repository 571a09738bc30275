import Kernel

/// What somebody got from a run that was sent, and what the facts of today would give: the difference is proposed, never taken by itself.
struct RunCorrection: Sendable, Equatable {
    let run: Identifier
    /// « IND-2026-001 », or the name of a run without number.
    let runName: String
    let person: Identifier
    let paidCents: Int
    let nowCents: Int
    /// Taken into later runs, and left as it is with a reason.
    let takenCents: Int
    let leftCents: Int

    /// What is still to decide; noughts when nothing is.
    var openCents: Int { nowCents - paidCents - takenCents - leftCents }

    /// What a run may take of it: nobody's line falls below nothing, the rest waits for the next one.
    /// - Parameter lineCents: what the person gets from that run so far.
    func takable(from lineCents: Int) -> Int { max(openCents, -max(0, lineCents)) }

    var reason: String {
        "Correction de \(runName)\u{00A0}: \(French.money(cents: nowCents)) au lieu de \(French.money(cents: paidCents))"
    }

    /// People whose amount is no longer the one that was handed out, with what the facts give now.
    static func differences(paid: IndemnityResult, now: IndemnityResult) -> [(person: Identifier, cents: Int, minutes: Int)] {
        func lines(_ result: IndemnityResult) -> [Identifier: IndemnityLine] {
            Dictionary(result.lines.map { ($0.person, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let (before, after) = (lines(paid), lines(now))
        return Set(before.keys).union(after.keys).sorted().compactMap { person in
            let cents = after[person]?.finalCents ?? 0
            guard cents != before[person]?.finalCents ?? 0 else { return nil }
            return (person, cents, (after[person]?.minutes(.meeting) ?? 0) + (after[person]?.minutes(.credit) ?? 0))
        }
    }
}
