import Kernel
import KernelUI

/// `/galerie`: every component, for those who build screens. Served only where `COLLECTIF_GALLERY` is `on`, which the settings allow on the
/// loopback alone: never where people work.
enum GalleryPage {
    static let setting = "COLLECTIF_GALLERY"

    /// The route; none without the setting.
    static func routes(_ environment: PlatformEnvironment) -> [PortalRoute] {
        guard environment.values[setting] == "on" else { return [] }
        return [
            PortalRoute(.get, "galerie", .person) { request in
                let gallery = Gallery(action: "/galerie", csrf: request.csrf)
                return .page(
                    PortalPage(person: try request.signedIn().person, title: "Galerie", place: .account) { gallery.draw(on: $0) })
            }
        ]
    }

    /// Why the setting cannot be.
    static func fault(_ values: [String: String]) -> String? {
        guard let word = values[setting], !word.isEmpty else { return nil }
        guard ["on", "off"].contains(word) else { return "\(setting) is « \(word) »: write on or off." }
        let isHere = values["COLLECTIF_URL"].map { LoopbackCookies.isWanted($0) } ?? true
        return word == "off" || isHere ? nil : "\(setting) is on where people come from elsewhere: leave it out."
    }
}
