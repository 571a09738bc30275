import HTML
import Kernel
import KernelUI

/// The agenda and what was decided on it.
extension MeetingDrawing {
    func agenda() {
        html.section(.class("card"), .id("ordre-du-jour"), .aria(.labelledby, "titre-ordre-du-jour")) {
            html.h2(.class("card__title"), .id("titre-ordre-du-jour")) {
                html.text("Ordre du jour")
                html.span(.class("small", agendaIsLong ? "warn-text" : "soft"), text: agendaSum)
            }
            if screen.accepted.isEmpty {
                html.p(.class("soft"), text: "Aucun point pour l’instant. Un point suffit pour convoquer.")
            } else {
                html.ol(.class("timeline")) {
                    let times = AgendaTimes(screen.accepted.map { ($0.id, $0.plannedMinutes) }, from: head.actualStart ?? head.startsAt)
                    for (line, slot) in zip(screen.accepted, times.slots) { item(line, slot) }
                }
            }
            if !screen.proposed.isEmpty, status.isAhead { proposals() }
            if status.isAhead { agendaForm() }
        }
    }

    private var agendaIsLong: Bool { screen.agendaMinutes > head.plannedMinutes }

    private var agendaSum: String {
        let sum = "\(Say.minutes(screen.agendaMinutes)) sur \(Say.minutes(head.plannedMinutes)) prévues"
        return agendaIsLong ? "\(sum)\u{A0}: trop long" : sum
    }

    private func item(_ line: MeetingScreen.AgendaLine, _ slot: AgendaTimes.Slot) {
        html.li(.class("timeline__item")) {
            html.span(.class("timeline__when")) {
                if let begins = slot.begins { html.text(Say.time(begins, access)) }
                if let minutes = line.plannedMinutes {
                    if slot.begins != nil { html.text(" · ") }
                    html.text(Say.minutes(minutes))
                }
            }
            html.strong(text: line.kind == "CASE" && !screen.showsCases(to: access) ? MeetingScreen.hiddenCase : line.title)
            html.span(.class("soft", "small")) {
                html.text(" · \(Codes.agendaKind.label(line.kind))")
                if let presenter = line.presenter { html.text(" · \(presenter)") }
                if let proposer = line.proposedBy { html.text(" · proposé par \(proposer)") }
            }
            if status.isAhead, drives {
                html.details(.class("menu")) {
                    html.summary(
                        .class("button button--quiet button--small button--icon"),
                        .aria(.label, "Déplacer ou retirer «\u{A0}\(line.title)\u{A0}»")
                    ) {
                        html.icon(.more)
                    }
                    html.div(.class("menu__list")) { itemActs(line) }
                }
            }
        }
    }

    private func itemActs(_ line: MeetingScreen.AgendaLine) {
        let place = (screen.accepted.firstIndex { $0.id == line.id } ?? 0) + 1
        if place > 1 { itemAct(Acts.moveItem, line, "Monter", [("place", "\(place - 1)")]) }
        if place < screen.accepted.count { itemAct(Acts.moveItem, line, "Descendre", [("place", "\(place + 1)")]) }
        itemAct(Acts.removeItem, line, "Retirer", [])
    }

    private func itemAct(_ path: String, _ line: MeetingScreen.AgendaLine, _ label: String, _ values: [(String, String)]) {
        html.postForm(access, to: "\(href)/\(path)") {
            html.hiddenInput("item", line.id.description)
            for (name, value) in values { html.hiddenInput(name, value) }
            html.button(
                .class("button", "button--small"), .type(.submit), .aria(.label, "\(label) «\u{A0}\(line.title)\u{A0}»"), text: label)
        }
    }

    /// Items that members proposed: one tap to take or leave each.
    private func proposals() {
        html.div(.class("message", "message--note")) {
            html.div(.class("message__text", "stack", "stack--tight")) {
                html.strong(
                    text: Say.count(screen.proposed.count, "point proposé attend une réponse", "points proposés attendent une réponse"))
                html.ul(.role("list"), .class("stack", "stack--tight")) {
                    for line in screen.proposed {
                        html.li(.class("row", "row--between")) {
                            html.span {
                                html.text(line.title)
                                html.span(.class("soft", "small")) {
                                    if let minutes = line.plannedMinutes { html.text(" · \(Say.minutes(minutes))") }
                                    if let proposer = line.proposedBy { html.text(" · \(proposer)") }
                                }
                            }
                            if drives {
                                html.span(.class("row")) {
                                    itemAct(Acts.acceptItem, line, "Retenir", [])
                                    itemAct(Acts.refuseItem, line, "Ne pas retenir", [])
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func agendaForm() {
        guard drives || (access.can(Permissions.propose) && access.professional != nil) else { return }
        let path = drives ? Acts.addItem : Acts.proposeItem
        html.postForm(access, to: "\(href)/\(path)", .class("form", "form--wide"), .id("ajouter-point")) {
            html.div(.class("field--row", "field")) {
                html.div(.class("field", "field--grow")) {
                    html.label(.class("field__label"), .for("point-titre"), text: drives ? "Ajouter un point" : "Proposer un point")
                    html.input(
                        .class("input"), .id("point-titre"), .name("item_title"), .type(.text), .most(200), .required(),
                        .autocomplete("off"), .data("shortcut", "p"))
                }
                html.div(.class("field")) {
                    html.label(.class("field__label"), .for("point-nature"), text: "Nature")
                    html.select(.class("select"), .id("point-nature"), .name("kind")) {
                        for code in Codes.agendaKind.codes where code.code != "CASE" {
                            html.option(.value(code.code), .selected(code.code == "DISCUSSION"), text: code.label)
                        }
                    }
                }
                html.div(.class("field")) {
                    html.label(.class("field__label"), .for("point-minutes"), text: "Minutes")
                    html.input(
                        .class("input", "input--tiny"), .id("point-minutes"), .name("planned_min"), .type(.text), .inputmode("numeric"),
                        .value("10"))
                }
                html.button(.class("button"), .type(.submit), text: drives ? "Ajouter" : "Proposer")
            }
        }
    }

    // MARK: Decisions

    func decisions() {
        html.section(.class("card"), .id("decisions"), .aria(.labelledby, "titre-decisions")) {
            html.h2(.class("card__title"), .id("titre-decisions")) {
                html.text("Décisions")
                html.span(.class("count"), text: "\(screen.decisions.count)")
            }
            if screen.decisions.isEmpty { html.p(.class("soft"), text: "Aucune décision n’a été notée.") }
            for line in screen.decisions { html.decisionLine(line, access) }
        }
    }
}

extension HTMLWriter {
    /// A decision, and the task it became.
    func decisionLine(_ line: MeetingScreen.DecisionLine, _ access: Access) {
        div(.class("decision")) {
            span(.class("decision__label"), text: line.kind == "ACTION" ? "Décision" : Codes.decisionKind.label(line.kind))
            span(text: line.text)
            span(.class("decision__task")) {
                if let owner = line.owner { span(text: owner) }
                if let due = line.dueOn { span(text: "pour le \(Say.date(due))") }
                if line.task != nil { span(text: "tâche créée") }
                if line.followUp != "OPEN" { span(text: Codes.followUp.label(line.followUp)) }
            }
        }
    }
}
