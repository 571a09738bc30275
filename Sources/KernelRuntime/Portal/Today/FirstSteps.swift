internal import HTML
internal import Kernel
internal import KernelUI

/// The first days of an MSP on « Aujourd’hui »: an empty house never says that nothing is missing.
enum FirstSteps {
    /// A step as one MSP stands.
    struct Standing: Sendable {
        let step: FirstStep
        let isDone: Bool
    }

    /// Steps of one MSP that are not all done.
    struct Open: Sendable {
        let msp: MspHandle
        let steps: [Standing]
    }

    typealias Part = (msp: MspHandle, permission: String, queries: [Query])

    /// The steps that the person can do in one MSP, in the order of the work.
    static func mine(_ steps: [(module: ModuleManifest, step: FirstStep)], in organisation: PersonOrganisation) -> [FirstStep] {
        steps.filter { organisation.modules.contains($0.module.id) && organisation.permissions.contains($0.step.permission) }.map(\.step)
            .sorted { $0.weight < $1.weight }
    }

    /// One statement that judges all of them.
    static func part(_ steps: [FirstStep], in organisation: PersonOrganisation) -> Part? {
        guard let first = steps.first else { return nil }
        let conditions = steps.reduce("select true") { $0 + ", " + $1.done + ", " + $1.concerns }
        return (organisation.handle, first.permission, [Query(conditions, .id(organisation.id))])
    }

    /// Nil when all of them are done.
    static func open(_ steps: [FirstStep], _ results: [ResultSet], msp: MspHandle) throws -> Open? {
        guard let row = results.first?.first else { return nil }
        let standings = try steps.enumerated().compactMap { index, step in
            try row[2 * index + 2] ? Standing(step: step, isDone: try row[2 * index + 1]) : nil
        }
        return standings.allSatisfy(\.isDone) ? nil : Open(msp: msp, steps: standings)
    }

    static func draw(_ open: Open, on h: HTMLWriter) {
        let done = open.steps.count(where: \.isDone)
        h.card("Premiers pas – \(open.msp.name)") {
            h.p(.class("soft"), text: "\(done) sur \(open.steps.count). Rien d’autre n’est à faire pour commencer.")
            h.ol(.class("first-steps"), .role("list")) {
                for standing in open.steps {
                    h.li(.class("first-steps__step")) {
                        if standing.isDone { h.chip("Fait", tone: .done) } else { h.chip("À faire") }
                        h.div {
                            if standing.isDone {
                                h.span(text: standing.step.label)
                            } else {
                                h.a(.href(open.msp.path(standing.step.path)), text: standing.step.label)
                                h.p(.class("soft"), text: standing.step.reason)
                            }
                        }
                        if !standing.isDone { h.span(.class("soft"), text: "≈ \(standing.step.minutes)\u{A0}min") }
                    }
                }
            }
        }
    }
}
