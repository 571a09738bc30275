import Kernel

/// The screens of the module that are more than a list or a form.
enum FacilitationPages {
    static func pages() -> [PageRoute] {
        let meeting = "reunions/:id"
        return [
            PageRoute(.get, "planifier", permission: Permissions.writeMeetings, handle: PlanPage.show),
            PageRoute(.post, "planifier", permission: Permissions.writeMeetings, handle: PlanPage.create),
            PageRoute(.get, PastMeetingPage.path, permission: Permissions.manageMeetings, handle: PastMeetingPage.show),
            PageRoute(
                .post, PastMeetingPage.path, permission: Permissions.manageMeetings, upload: ScannedSheet.upload,
                handle: PastMeetingPage.create),
            PageRoute(
                .post, "\(meeting)/feuille-numerisee", permission: Permissions.lockSheet, upload: ScannedSheet.upload,
                handle: PastMeetingPage.join),
            PageRoute(.get, "\(meeting)/seance", permission: Permissions.writeMinutes, handle: LivePage.show),
            PageRoute(.get, "\(meeting)/seance/presences", permission: Permissions.writeMinutes, handle: LivePage.people),
            PageRoute(.post, "\(meeting)/seance/demarrer", permission: Permissions.writeMeetings, handle: LiveActs.start),
            PageRoute(.post, "\(meeting)/seance/terminer", permission: Permissions.writeMeetings, handle: LiveActs.finish),
            PageRoute(.post, "\(meeting)/seance/presence", permission: Permissions.writeSheet, handle: LiveActs.presence),
            PageRoute(.post, "\(meeting)/seance/note", permission: Permissions.writeMinutes, handle: LiveActs.note),
            PageRoute(.post, "\(meeting)/seance/retirer-note", permission: Permissions.writeMinutes, handle: LiveActs.removeNote),
            PageRoute(.post, "\(meeting)/seance/decision", permission: Permissions.writeDecisions, handle: LiveActs.decide),
            PageRoute(.get, "\(meeting)/qr", permission: Permissions.writeSheet, handle: RoomCodePage.ask),
            PageRoute(.post, "\(meeting)/qr", permission: Permissions.writeSheet, handle: RoomCodePage.show),
            PageRoute(.get, "\(meeting)/compte-rendu", permission: Permissions.readMeetings, handle: MinutesPage.show),
            PageRoute(.post, "\(meeting)/compte-rendu", permission: Permissions.writeMinutes, handle: MinutesPage.act),
        ]
    }

    static func linkPages() -> [LinkRoute] {
        [
            LinkRoute(.get, purpose: Places.Link.answer, handle: AnswerLink.show),
            LinkRoute(.post, purpose: Places.Link.answer, handle: AnswerLink.record),
            LinkRoute(.get, purpose: Places.Link.answer, path: "reunion.ics", handle: AnswerLink.calendar),
            LinkRoute(.get, purpose: Places.Link.presence, handle: PresenceLink.show),
            LinkRoute(.post, purpose: Places.Link.presence, handle: PresenceLink.sign),
            LinkRoute(.post, purpose: Places.Link.presence, path: "depart", handle: PresenceLink.leave),
            LinkRoute(.get, purpose: Places.Link.room, handle: RoomLink.show),
            LinkRoute(.post, purpose: Places.Link.room, handle: RoomLink.sign),
            LinkRoute(.get, purpose: Places.Link.minutes, handle: MinutesLink.show),
        ]
    }
}
