import HTML
import Kernel
import KernelUI

/// Who is here: one tap says present; the rest unfolds under the name.
struct LivePeople {
    let screen: MeetingScreen
    let access: Access
    let base: String
    /// Hours that were refused, to be typed again: the person, then what stood in the two inputs.
    var typed: FormValues = FormValues()
    let html: HTMLWriter

    private var isOpen: Bool {
        screen.head.sheetState != "LOCKED" && access.can(Permissions.writeSheet)
            && (MeetingStatus(rawValue: screen.head.status)?.takesPresence ?? false)
    }

    func draw() {
        html.div(.id("presences-liste"), .class("stack", "stack--tight")) {
            html.h2(.id("titre-presences")) {
                html.text("Présences")
                html.span(.class("soft", "small"), .role("status"), text: sum)
            }
            if screen.head.sheetState == "LOCKED" {
                html.p(.class("message", "message--done"), text: "La feuille d’émargement est verrouillée.")
            }
            if screen.people.isEmpty { html.p(.class("soft"), text: "Personne n’est invité.") }
            html.ul(.class("attendees")) { for line in screen.people { person(line) } }
        }
    }

    /// Somebody of the team came without an invitation.
    func unexpected(among team: [TeamChoices.Person]) {
        let listed = Set(screen.people.map(\.subject))
        let others = team.filter { !listed.contains($0.id) }
        guard isOpen, !others.isEmpty else { return }
        html.details(.class("details")) {
            html.summary(text: "Une personne de plus")
            html.postForm(
                action: "\(base)/seance/presence", csrf: access.csrf, guarded: false, changes: false, classes: "field field--row",
                .data("fetch"), .data("target", "#presences-liste"), .data("mode", "replace"), .data("done", "Présence enregistrée")
            ) {
                html.div(.class("field", "field--grow")) {
                    html.label(.class("field__label"), .for("en-plus"), text: "Venue sans être invitée")
                    html.select(.class("select"), .id("en-plus"), .name("professional")) {
                        for person in others { html.option(.value(person.id.description), text: person.name) }
                    }
                }
                html.button("Présent·e", size: .small, .name("state"), .value("PRESENT"))
                html.span(.class("form__status"), .data("status"), .role("alert"))
            }
        }
    }

    /// « 7 présents sur 11, 2 à pointer ».
    private var sum: String {
        let present = screen.present.count
        let silent = screen.people.count { $0.state == nil }
        let first = "\(Say.count(present, "présent", "présents")) sur \(screen.people.count)"
        return silent > 0 ? "\(first), \(silent)\u{00A0}à pointer" : first
    }

    private func person(_ line: MeetingScreen.PersonLine) {
        html.li(.class("attendee"), .id("p-\(line.subject)")) {
            html.person(name: line.name, role: role(line), isAway: line.state == nil && line.answer == "NO")
            html.span(.class("attendee__state")) {
                if line.state == nil, isOpen {
                    tap(line, "PRESENT", "Présent·e")
                } else if line.isPresent {
                    arrival(line)
                } else if let state = line.state {
                    html.presenceChip(state)
                } else {
                    html.answerChip(line.answer)
                }
            }
            if isOpen { corrections(line) } else { html.span() }
        }
    }

    /// Profession or function, short; a refusal given beforehand is said here, since it makes a missing person expected.
    private func role(_ line: MeetingScreen.PersonLine) -> String {
        let role = line.isGuest ? line.profession : CodeList.profession(of: line.profession)
        return line.state == nil && line.answer == "NO" ? "\(role) · a répondu non" : role
    }

    /// Hour of arrival and by which gesture it was signed.
    private func arrival(_ line: MeetingScreen.PersonLine) {
        html.chip(line.arrivedAt.map { Say.clock($0, access) } ?? "Présent·e", tone: .done)
        html.span(.class("small", "soft")) {
            if let left = line.leftAt {
                html.text("parti·e à \(Say.clock(left, access))")
            } else if let kind = line.signature.flatMap(SignatureKind.init(rawValue:)) {
                html.text(short(kind))
            }
        }
    }

    /// How it was signed, in one word: the column is narrow.
    private func short(_ kind: SignatureKind) -> String {
        switch kind {
        case .ownPhone: "son téléphone"
        case .qrCode: "code QR"
        case .tablet: "tablette"
        case .coordinator: "coordination"
        case .paper: "papier"
        }
    }

    private func tap(_ line: MeetingScreen.PersonLine, _ state: String, _ label: String) {
        presenceForm(line) {
            html.button(label, size: .small, .name("state"), .value(state), .aria(.label, "\(label)\u{A0}: \(line.name)"))
        }
    }

    private func presenceForm(_ line: MeetingScreen.PersonLine, _ content: () -> Void) {
        html.postForm(
            action: "\(base)/seance/presence", csrf: access.csrf, guarded: false, classes: "", .data("fetch"),
            .data("target", "#presences-liste"), .data("mode", "replace"), .data("done", "Présence de \(line.name) enregistrée")
        ) {
            html.hiddenInput(line.isGuest ? "guest" : "professional", line.subject.description)
            content()
            html.span(.class("vh"), .data("status"), .role("alert"))
        }
    }

    /// Excused, absent, and the hours when they differ from the tap.
    private func corrections(_ line: MeetingScreen.PersonLine) {
        html.details(.class("menu"), .open(typed["personne"] == line.subject.description)) {
            html.summary(.class("button button--quiet button--small button--icon"), .aria(.label, "Corriger la présence de \(line.name)")) {
                html.icon(.more)
            }
            html.div(.class("menu__list", "menu__list--form")) {
                html.div(.class("row")) {
                    if line.state != nil, !line.isPresent { tap(line, "PRESENT", "Présent·e") }
                    if line.state != "EXCUSED" { tap(line, "EXCUSED", "Excusé·e") }
                    if line.state != "ABSENT" { tap(line, "ABSENT", "Absent·e") }
                }
                presenceForm(line) {
                    html.div(.class("field", "field--row")) {
                        hour(line, "arrived_at", "Arrivée", line.arrivedAt)
                        hour(line, "left_at", "Départ", line.leftAt)
                        html.button("Enregistrer", size: .small, .name("state"), .value("TIMES"))
                    }
                }
            }
        }
    }

    private func hour(_ line: MeetingScreen.PersonLine, _ name: String, _ label: String, _ value: Instant?) {
        let id = "\(name)-\(line.subject)"
        html.div(.class("field")) {
            html.label(.class("field__label", "small"), .for(id), text: label)
            let again = typed["personne"] == line.subject.description ? typed[name] : nil
            html.input(
                .class("input", "input--tiny"), .id(id), .name(name), .type(.time),
                .value(again ?? value.map { Say.clock($0, access) } ?? ""))
        }
    }
}
