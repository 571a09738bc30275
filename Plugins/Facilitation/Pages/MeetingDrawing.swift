import HTML
import Kernel
import KernelUI
import Postgres

/// Draws the body of a meeting's page; one file per part of it.
struct MeetingDrawing {
    let screen: MeetingScreen
    let access: Access
    let now: Instant
    /// Absolute path of the meeting's page.
    let href: String
    let team: [TeamChoices.Person]
    let groups: [GroupChoices.Group]
    let seal: SealLine?
    let html: HTMLWriter

    var head: MeetingScreen.Head { screen.head }
    var status: MeetingStatus { MeetingStatus(rawValue: head.status) ?? .draft }
    /// Whether the reader drives this meeting: the coordination all of them, others their own.
    var drives: Bool {
        access.can(Permissions.manageMeetings)
            || (access.can(Permissions.writeMeetings) && access.professional != nil && access.professional == head.organiserID)
    }

    func draw() {
        ownAct()
        nextStep()
        html.div(.class("with-side")) {
            html.div(.class("stack")) {
                agenda()
                if head.type == MeetingType.rcp.rawValue || !screen.cases.isEmpty, screen.showsCases(to: access) { cases() }
                if status == .held || status == .closed || !screen.decisions.isEmpty { decisions() }
            }
            html.aside(.class("side"), .aria(.label, "Personnes et documents")) {
                if let seal { self.seal(seal) }
                people()
                documents()
            }
        }
    }

    // MARK: What the reader may do for himself or herself

    /// The answer to the notice, or « je suis là » on the day: for whoever is invited.
    private func ownAct() {
        guard let own = access.professional, let line = screen.people.first(where: { !$0.isGuest && $0.subject == own }),
            line.invitation != nil
        else { return }
        let window = SigningWindow(
            status: head.status, sheetState: head.sheetState, startsAt: head.startsAt, plannedMinutes: head.plannedMinutes,
            actualStart: head.actualStart, actualEnd: head.actualEnd)
        if !line.isPresent, access.can(Permissions.signSheet), window.closedReason(now: now, access: access) == nil {
            ownCard("Votre présence", "Un geste suffit.") { act(Acts.sign, "Je suis là", kind: drives ? .plain : .main) }
        } else if status == .convened, head.actualStart == nil, access.can(Permissions.answer) {
            ownCard("Votre réponse", line.answer == "NONE" ? "Serez-vous là\u{202F}?" : "Vous pouvez la changer jusqu’à la réunion.") {
                for choice in Choice.allCases { act(Acts.answer, choice, isChosen: line.answer == choice.code) }
            }
        }
    }

    private func ownCard(_ title: String, _ sentence: String, _ buttons: () -> Void) {
        html.section(.class("card")) {
            html.div(.class("row", "row--between")) {
                html.div {
                    html.h2(.class("card__title"), text: title)
                    html.p(.class("soft"), text: sentence)
                }
                html.div(.class("row"), content: buttons)
            }
        }
    }

    private func act(_ path: String, _ choice: Choice, isChosen: Bool) {
        html.postForm(access, to: "\(href)/\(path)") {
            html.hiddenInput("answer", choice.code)
            html.button(choice.label, icon: isChosen ? .validated : nil, .aria(.pressed, isChosen))
        }
    }

    // MARK: The next act

    private func nextStep() {
        let step = NextStep.of(screen, now: now)
        guard step.act != .none ? drives || access.can(Permissions.writeSheet) : status == .cancelled else { return }
        html.section(.class("card", "next-step"), .aria(.labelledby, "prochain-acte")) {
            html.div(.class("row", "row--between")) {
                html.div(.class("stack", "stack--tight")) {
                    html.h2(.id("prochain-acte"), text: step.title)
                    html.p(.class("soft"), text: step.explanation)
                    if !step.missing.isEmpty { missing(step.missing) }
                }
                button(step)
            }
        }
    }

    private func missing(_ faults: [FieldFault]) {
        html.ul(.class("stack", "stack--tight"), .role("list")) {
            for fault in faults {
                html.li {
                    html.chip("Manque", tone: .warn)
                    html.text(" ")
                    html.a(.href(place(of: fault.field)), text: French.typeset(fault.message))
                }
            }
        }
    }

    private func place(of field: String) -> String {
        switch field {
        case "agenda": "#ordre-du-jour"
        case "invitees": "#personnes"
        case "starts_at", "place": "\(href)/\(Acts.schedule)"
        case "minutes": "\(href)/compte-rendu"
        default: "#prochain-acte"
        }
    }

    private func button(_ step: NextStep) {
        switch step.act {
        case .schedule:
            html.linkButton("Fixer la date", href: "\(href)/\(Acts.schedule)", kind: .main)
        case .convene where step.missing.isEmpty && access.can(Permissions.convene):
            act(Acts.convene, "Convoquer \(Say.count(screen.invited.count, "personne", "personnes"))")
        case .open:
            html.a(.class("button", "button--main"), .href("\(href)/seance"), .data("shortcut", "s"), text: "Ouvrir la séance")
        case .rejoin:
            html.a(.class("button", "button--main"), .href("\(href)/seance"), .data("shortcut", "s"), text: "Rejoindre la séance")
        case .lock where access.can(Permissions.lockSheet):
            html.linkButton("Verrouiller la feuille", href: "\(href)/\(Acts.lock)", kind: .main)
            if drives { html.linkButton("Corriger les heures", href: "\(href)/\(Acts.correctHours)", icon: .edit) }
        case .join where access.can(Permissions.lockSheet):
            html.postForm(action: "\(href)/feuille-numerisee", csrf: access.csrf, changes: false, hasFile: true) {
                html.fileField(
                    Field("Feuille d’émargement numérisée", name: "sheet", help: "PDF, JPEG ou PNG."),
                    accept: ScannedSheet.accept, rule: ScannedSheet.upload)
                html.button("Joindre", kind: .main)
            }
        case .publish where access.can(Permissions.publishMinutes):
            html.linkButton("Relire et diffuser", href: "\(href)/compte-rendu", kind: .main)
        case .close where step.missing.isEmpty: act(Acts.close, "Clore la réunion")
        case .convene, .lock, .join, .publish, .close, .none: break
        }
    }

    private func act(_ path: String, _ label: String, kind: ButtonKind = .main) {
        html.postForm(access, to: "\(href)/\(path)") { html.button(label, kind: kind) }
    }
}

extension HTMLWriter {
    /// A form that changes something: sent by POST, with the anti-forgery value of this caller.
    func postForm(_ access: Access, to action: String, _ attribute: Attribute = .none, _ second: Attribute = .none, _ content: () -> Void) {
        postForm(action: action, csrf: access.csrf, guarded: false, changes: false, classes: "", all: [attribute, second]) {
            // A second click changes nothing twice: the engine answers again what it answered.
            hiddenInput("_key", Token.make().text)
            content()
        }
    }
}
