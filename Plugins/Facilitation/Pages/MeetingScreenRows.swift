import Kernel
import Postgres

// Rows of the statements of `MeetingScreen`, column by column.

extension MeetingScreen.Head {
    init(_ row: Row) throws {
        id = try row[0]
        title = try row[1]
        type = try row[2]
        status = try row[3]
        startsAt = try row[4]
        plannedMinutes = try row[5]
        actualStart = try row[6]
        actualEnd = try row[7]
        mode = try row[8]
        place = try row[9]
        videoURL = try row[10]
        organiser = try row[11]
        organiserID = try row[12]
        nextMeetingOn = try row[13]
        convenedAt = try row[14]
        closedAt = try row[15]
        sheetState = try row[16]
        sheetLockedAt = try row[17]
        sheetLockedBy = try row[18]
        sheetFile = try row[19]
        minutesFile = try row[20]
        evidenceSeq = try row[21]
        revision = try row[22]
        minutesStatus = try row[23]
        minutesBody = try row[24]
        minutesPublishedAt = try row[25]
        minutesApprovedAt = try row[26]
        confirmReason = try row[27]
        isEnteredAfterwards = try row[28]
        waivers = try row[29]
        organiserAddress = try row[30]
        cancelReason = try row[31]
    }
}

extension MeetingScreen.AgendaLine {
    init(_ row: Row) throws {
        id = try row[0]
        title = try row[1]
        kind = try row[2]
        presenter = try row[3]
        plannedMinutes = try row[4]
        proposedBy = try row[5]
        state = try row[6]
        caseCode = try row[7]
        caseID = try row[8]
    }
}

extension MeetingScreen.PersonLine {
    init(_ row: Row) throws {
        subject = try row[0]
        isGuest = try row[1]
        name = try row[2]
        profession = try row[3]
        organisation = try row[4]
        invitation = try row[5]
        answer = try row[6]
        notified = try row[7]
        state = try row[8]
        arrivedAt = try row[9]
        leftAt = try row[10]
        minutes = try row[11]
        signature = try row[12]
        signedAt = try row[13]
        email = try row[14]
        mail = (try row[15] as String?).flatMap(MailState.init(rawValue:))
        mailReply = try row[16]
    }
}

extension MeetingScreen.CaseLine {
    init(_ row: Row) throws {
        id = try row[0]
        code = try row[1]
        theme = try row[2]
        consent = try row[3]
        initials = try row[4]
        requester = try row[5]
        slotMinutes = try row[6]
        state = try row[7]
    }
}

extension MeetingScreen.NoteLine {
    init(_ row: Row) throws {
        id = try row[0]
        item = try row[1]
        kind = try row[2]
        text = try row[3]
        createdAt = try row[4]
    }
}

extension MeetingScreen.DecisionLine {
    init(_ row: Row) throws {
        id = try row[0]
        item = try row[1]
        text = try row[2]
        kind = try row[3]
        owner = try row[4]
        dueOn = try row[5]
        followUp = try row[6]
        task = try row[7]
    }
}
