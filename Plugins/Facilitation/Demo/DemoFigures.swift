import Kernel

/// What each demonstration MSP did in the last closed year (missions.md 17.3).
struct DemoFigures: Sendable {
    let rcp: Int
    let situations: Int
    let teamMeetings: Int
    /// Mean participation, whole percent.
    let participation: Int
    /// Situations of the running year before story 1; the last number given is this one.
    let situationsThisYear: Int

    /// Figures by the MSP's letter; nil for an MSP without story.
    static func of(_ key: String) -> DemoFigures? {
        switch key {
        case "A": DemoFigures(rcp: 8, situations: 31, teamMeetings: 6, participation: 78, situationsThisYear: 30)
        case "B": DemoFigures(rcp: 11, situations: 64, teamMeetings: 8, participation: 63, situationsThisYear: 53)
        case "C": DemoFigures(rcp: 34, situations: 212, teamMeetings: 12, participation: 54, situationsThisYear: 176)
        case "D": DemoFigures(rcp: 14, situations: 88, teamMeetings: 9, participation: 58, situationsThisYear: 73)
        case "E": DemoFigures(rcp: 6, situations: 19, teamMeetings: 4, participation: 91, situationsThisYear: 16)
        case "F": DemoFigures(rcp: 9, situations: 41, teamMeetings: 6, participation: 70, situationsThisYear: 34)
        case "G": DemoFigures(rcp: 10, situations: 47, teamMeetings: 7, participation: 61, situationsThisYear: 39)
        case "H": DemoFigures(rcp: 2, situations: 5, teamMeetings: 9, participation: 83, situationsThisYear: 6)
        default: nil
        }
    }

    /// Whole numbers that add up to `total` over `parts`, as even as possible and always the same.
    static func spread(_ total: Int, over parts: Int) -> [Int] {
        (0..<parts).map { total * ($0 + 1) / parts - total * $0 / parts }
    }

    /// Whether a whole number of people present gives that percentage, rounded, of so many invitations.
    static func reaches(percent: Int, of invitations: Int) -> Bool {
        let present = (invitations * percent + 50) / 100
        return invitations == 0 || (200 * present + invitations) / (2 * invitations) == percent
    }

    /// People present at each meeting, so that present over invited gives the mean.
    static func present(percent: Int, invited: [Int]) -> [Int] {
        var invitedSoFar = 0
        var presentSoFar = 0
        return invited.map { count in
            invitedSoFar += count
            let due = (invitedSoFar * percent + 50) / 100
            let present = min(count, due - presentSoFar)
            presentSoFar += present
            return present
        }
    }
}
