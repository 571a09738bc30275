import HTML
import Kernel
import KernelUI

/// The three parts of the meeting day, side by side on a desk, as tabs on a phone with presence first.
struct LiveDrawing {
    let screen: MeetingScreen
    let access: Access
    let now: Instant
    /// Absolute path of the meeting's page.
    let base: String
    let times: AgendaTimes
    let team: [TeamChoices.Person]
    let point: LivePage.Point
    /// Note that is being turned into a decision.
    let source: MeetingScreen.NoteLine?
    /// Hours that were refused.
    let typed: FormValues
    let html: HTMLWriter

    var isRunning: Bool { screen.head.actualStart != nil && screen.head.actualEnd == nil }
    var isEditable: Bool { MinutesWorkflow.isEditable(screen.head.minutesStatus) }

    func draw() {
        // The forms of the buttons on the title line.
        html.div(.hidden()) {
            html.postForm(access, to: "\(base)/seance/demarrer", .id("demarrer")) {}
            html.postForm(access, to: "\(base)/qr", .id("code-salle"), .target("_blank")) {}
        }
        html.div(.class("meeting-live"), .data("live", "presences")) {
            html.nav(.class("meeting-live__tabs", "tabs"), .aria(.label, "Parties de la séance")) {
                tab("presences", "Présences")
                tab("notes", "Notes")
                tab("ordre", "Ordre du jour")
            }
            html.section(.class("meeting-live__agenda"), .id("ordre"), .data("live-panel", "ordre"), .aria(.labelledby, "titre-ordre")) {
                agenda()
            }
            html.section(.class("meeting-live__notes"), .id("notes"), .data("live-panel", "notes"), .aria(.labelledby, "titre-notes")) {
                LiveNotes(live: self).draw()
            }
            html.section(
                .class("meeting-live__people"), .id("presences"), .data("live-panel", "presences"), .aria(.labelledby, "titre-presences")
            ) {
                html.div(.data("refresh", "\(base)/seance/presences"), .data("refresh-every", "10")) {
                    LivePeople(screen: screen, access: access, base: base, typed: typed, html: html).draw()
                }
                // Outside of what is refreshed, so that a choice under way is not lost.
                LivePeople(screen: screen, access: access, base: base, html: html).unexpected(among: team)
            }
        }
    }

    private func tab(_ name: String, _ label: String) {
        html.a(.class("tabs__link"), .href("#\(name)"), .data("live-tab", name), text: label)
    }

    // MARK: The agenda and the minute that runs

    private func agenda() {
        html.h2(.id("titre-ordre")) {
            html.text("Ordre du jour")
            if isRunning, let start = screen.head.actualStart {
                html.span(
                    .class("meeting-live__clock"), .data("clock-start", start.iso8601),
                    .data("clock-planned", "\(screen.head.plannedMinutes)"),
                    .role("timer"), .aria(.label, "Durée écoulée"), text: Say.minutes(elapsed(since: start)))
            }
        }
        if isRunning { html.p(.class("soft", "small"), text: "sur \(Say.minutes(screen.head.plannedMinutes)) prévues") }
        html.ol {
            for (line, slot) in zip(screen.accepted, times.slots) { item(line, slot) }
            free()
        }
    }

    private func elapsed(since start: Instant) -> Int { Swift.max(0, Int(now.timeIntervalSince(start) / 60)) }

    private func item(_ line: MeetingScreen.AgendaLine, _ slot: AgendaTimes.Slot) {
        let isCurrent = point.item == line.id
        let ends = slot.begins?.adding(minutes: slot.minutes)
        let isDone = !isCurrent && isRunning && (ends.map { $0 <= now } ?? false)
        let place = (screen.accepted.firstIndex { $0.id == line.id } ?? 0) + 1
        html.li(.class("agenda-item", isCurrent ? "agenda-item--current" : isDone ? "agenda-item--done" : "")) {
            html.a(
                .class("agenda-item__title"), .href("\(base)/seance?point=\(line.id)#notes"), .when(isCurrent, .aria(.current, "true")),
                .when(place <= 9, .data("shortcut", "\(place)")), text: line.title)
            html.span(.class("agenda-item__time")) {
                if let begins = slot.begins { html.text(Say.time(begins, access)) }
            }
            html.span(.class("agenda-item__who")) {
                html.text([line.plannedMinutes.map(Say.minutes), line.presenter].compactMap { $0 }.joined(separator: " · "))
                let count = screen.notes.count { $0.item == line.id && $0.kind == "NOTE" }
                let decided = screen.decisions.count { $0.item == line.id }
                if count > 0 { html.text(" · \(Say.count(count, "note", "notes"))") }
                if decided > 0 { html.text(" · \(Say.count(decided, "décision", "décisions"))") }
            }
        }
    }

    private func free() {
        let isCurrent = point == .free
        html.li(.class("agenda-item", isCurrent ? "agenda-item--current" : "")) {
            html.a(
                .class("agenda-item__title"), .href("\(base)/seance?point=libre#notes"), .when(isCurrent, .aria(.current, "true")),
                .data("shortcut", "0"),
                text: "Points libres")
        }
    }
}
