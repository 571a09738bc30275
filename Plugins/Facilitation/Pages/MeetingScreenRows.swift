import Kernel
import Postgres

// Rows of the statements of `MeetingScreen`, in the order of their columns.

extension MeetingScreen.Head {
    init(_ row: Row) throws {
        var cells = row.reader
        id = try cells.next()
        title = try cells.next()
        type = try cells.next()
        status = try cells.next()
        startsAt = try cells.next()
        plannedMinutes = try cells.next()
        actualStart = try cells.next()
        actualEnd = try cells.next()
        mode = try cells.next()
        place = try cells.next()
        videoURL = try cells.next()
        organiser = try cells.next()
        organiserID = try cells.next()
        nextMeetingOn = try cells.next()
        convenedAt = try cells.next()
        closedAt = try cells.next()
        sheetState = try cells.next()
        sheetLockedAt = try cells.next()
        sheetLockedBy = try cells.next()
        sheetFile = try cells.next()
        minutesFile = try cells.next()
        evidenceSeq = try cells.next()
        revision = try cells.next()
        minutesStatus = try cells.next()
        minutesBody = try cells.next()
        minutesPublishedAt = try cells.next()
        minutesApprovedAt = try cells.next()
        confirmReason = try cells.next()
        isEnteredAfterwards = try cells.next()
        waivers = try cells.next()
        organiserAddress = try cells.next()
        cancelReason = try cells.next()
    }
}

extension MeetingScreen.AgendaLine {
    init(_ row: Row) throws {
        var cells = row.reader
        id = try cells.next()
        title = try cells.next()
        kind = try cells.next()
        presenter = try cells.next()
        plannedMinutes = try cells.next()
        proposedBy = try cells.next()
        state = try cells.next()
        caseCode = try cells.next()
        caseID = try cells.next()
    }
}

extension MeetingScreen.PersonLine {
    init(_ row: Row) throws {
        var cells = row.reader
        subject = try cells.next()
        isGuest = try cells.next()
        name = try cells.next()
        profession = try cells.next()
        organisation = try cells.next()
        invitation = try cells.next()
        answer = try cells.next()
        notified = try cells.next()
        state = try cells.next()
        arrivedAt = try cells.next()
        leftAt = try cells.next()
        minutes = try cells.next()
        signature = try cells.next()
        signedAt = try cells.next()
        email = try cells.next()
        mail = (try cells.next() as String?).flatMap(MailState.init(rawValue:))
        mailReply = try cells.next()
    }
}

extension MeetingScreen.CaseLine {
    init(_ row: Row) throws {
        var cells = row.reader
        id = try cells.next()
        code = try cells.next()
        theme = try cells.next()
        consent = try cells.next()
        initials = try cells.next()
        requester = try cells.next()
        slotMinutes = try cells.next()
        state = try cells.next()
    }
}

extension MeetingScreen.NoteLine {
    init(_ row: Row) throws {
        var cells = row.reader
        id = try cells.next()
        item = try cells.next()
        kind = try cells.next()
        text = try cells.next()
        createdAt = try cells.next()
    }
}

extension MeetingScreen.DecisionLine {
    init(_ row: Row) throws {
        var cells = row.reader
        id = try cells.next()
        item = try cells.next()
        text = try cells.next()
        kind = try cells.next()
        owner = try cells.next()
        dueOn = try cells.next()
        followUp = try cells.next()
        task = try cells.next()
    }
}
