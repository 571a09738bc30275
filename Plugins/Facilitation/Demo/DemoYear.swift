import Kernel

/// A year and a half of meetings and situations of one MSP, with the figures of missions.md 17.3.
struct DemoYear {
    let msp: DemoMsp
    let figures: DemoFigures
    let unit: WriteUnit
    /// Team in list order, the coordinator apart.
    let team: [Identifier]
    let group: [Identifier]
    let coordinator: Identifier
    let room: Identifier?

    /// Every meeting that was held, oldest first.
    var meetings: [DemoMeeting] {
        let last = msp.today.year - 1
        let closed = year(
            last, until: CivilDate(year: last, month: 12, day: 20), rcp: figures.rcp, team: figures.teamMeetings,
            situations: figures.situations)
        let until = msp.today.adding(days: -12)
        let share = max(1, until.month)
        let running = year(
            last + 1, until: until, rcp: max(1, figures.rcp * share / 12), team: max(1, figures.teamMeetings * share / 12),
            situations: figures.situationsThisYear)
        return (closed + running).sorted { $0.starts < $1.starts }
    }

    private func year(_ year: Int, until: CivilDate?, rcp: Int, team count: Int, situations: Int) -> [DemoMeeting] {
        guard let first = CivilDate(year: year, month: 1, day: 6), let until, first < until else { return [] }
        let thursdays = DemoCalendar.days(rcp, from: first, to: until, weekday: 4)
        let tuesdays = DemoCalendar.days(count, from: first.adding(days: 7), to: until, weekday: 2)
        var allInvited = thursdays.map { _ in group } + tuesdays.map { _ in team }
        // Some sums of invitations have no whole number of people present that gives the percentage: somebody was away once.
        while !DemoFigures.reaches(percent: figures.participation, of: allInvited.reduce(0) { $0 + $1.count }), let last = allInvited.last,
            last.count > 1
        {
            allInvited[allInvited.count - 1].removeLast()
        }
        let present = DemoFigures.present(percent: figures.participation, invited: allInvited.map(\.count))
        var pool = DemoSituation.year(msp, year, count: situations, allNew: year == msp.today.year)[...]
        var meetings: [DemoMeeting] = []
        for (index, share) in DemoFigures.spread(situations, over: rcp).enumerated() {
            let discussed = Array(pool.prefix(share))
            pool = pool.dropFirst(share)
            meetings.append(meeting(.rcp, thursdays[index], 13, 30, allInvited[index], present[index], discussed, index: index))
        }
        for (index, day) in tuesdays.enumerated() {
            meetings.append(meeting(.team, day, 12, 30, allInvited[rcp + index], present[rcp + index], [], index: index))
        }
        return meetings
    }

    private func meeting(
        _ type: MeetingType, _ day: CivilDate, _ hour: Int, _ minute: Int, _ invited: [Identifier], _ present: Int,
        _ situations: [DemoSituation], index: Int
    ) -> DemoMeeting {
        DemoMeeting(
            id: .derived(from: "demo.meeting.\(msp.key).\(type.rawValue).\(day)"), type: type, day: day,
            starts: DemoCalendar.instant(day, hour, minute, zone: msp.timeZone), invited: invited, present: present, situations: situations,
            index: index)
    }
}
