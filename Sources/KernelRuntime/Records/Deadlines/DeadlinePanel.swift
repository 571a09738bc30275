import HTML
import Kernel
import KernelUI

/// The deadlines of one object on its page: chips on the title line, and a line for each with its acts.
struct DeadlinePanel {
    let record: RecordType
    let access: Access
    let values: RecordValues
    let standings: [DeadlineStanding]
    let today: CivilDate
    /// Absolute path of the object, and its revision.
    let href: String
    let revision: Int

    /// What is late or near.
    func chips(_ h: HTMLWriter) { for standing in standings where standing.isNear(today) { h.chip(standing, today) } }

    /// Every deadline that runs or was done, with the acts that the reader may do.
    func draw(_ h: HTMLWriter) {
        guard !standings.isEmpty else { return }
        h.ul(.class("deadlines"), .role("list"), .aria(.label, "Échéances")) {
            for standing in standings {
                h.li(.class("row")) {
                    h.span { words(standing, h) }
                    acts(standing, h)
                }
            }
        }
    }

    private func words(_ standing: DeadlineStanding, _ h: HTMLWriter) {
        h.strong(text: "\(standing.deadline.says.firstCapital)\u{A0}: \(French.longDate(standing.until))")
        if let done = standing.mark?.doneOn {
            h.text(", noté comme fait le \(French.longDate(done))")
        } else {
            h.text(", \(standing.distance(today))")
            if standing.mark?.putOffTo != nil { h.text(" (prévue le \(French.longDate(standing.due)), reportée)") }
        }
        if let reason = standing.mark?.reason { h.text("\u{A0}: \(reason)") }
    }

    private func acts(_ standing: DeadlineStanding, _ h: HTMLWriter) {
        guard mayAct(standing.deadline) else { return }
        let isPutOff = standing.mark?.putOffTo != nil
        let wanted: [RecordDeadline.Act] = standing.isDone ? [.reopen] : [.done, .putOff] + (isPutOff ? [.reopen] : [])
        for act in wanted {
            guard let action = record.actions.first(where: { $0.id == standing.deadline.action(act) }) else { continue }
            let address = "\(href)/\(action.path)"
            if action.fields.isEmpty {
                h.postButton(
                    action.label, action: address, csrf: access.csrf, size: .small,
                    fields: [("revision", "\(revision)"), ("_key", Token.make().text)])
            } else {
                h.linkButton(action.label, href: address, size: .small)
            }
        }
    }

    private func mayAct(_ deadline: RecordDeadline) -> Bool {
        if record.permissions.update.map(access.can) ?? false { return true }
        guard let acting = deadline.acting, access.can(acting), let owner = deadline.owner else { return false }
        return access.professional != nil && values.id(owner) == access.professional
    }
}

extension HTMLWriter {
    /// « À faire dans 12 jours ».
    func chip(_ standing: DeadlineStanding, _ today: CivilDate) {
        chip(standing.words(today).firstCapital, tone: standing.tone(today))
    }
}
