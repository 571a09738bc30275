import Foundation
public import Kernel

/// The asset files shipped with this target.
public enum AssetFiles {
    /// File names with their bytes; throws when the folder cannot be read.
    public static func all() throws(ModuleSetupError) -> [(name: String, bytes: [UInt8])] {
        guard let folder = Bundle.module.resourceURL?.appendingPathComponent("Assets"),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { throw ModuleSetupError(["The folder of styles and scripts cannot be read beside the executable."]) }
        var files: [(name: String, bytes: [UInt8])] = []
        for name in names.sorted() where !name.hasPrefix(".") {
            guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)) else {
                throw ModuleSetupError(["The file \(name) cannot be read."])
            }
            files.append((name, Array(data)))
        }
        return files
    }
}

extension AssetFiles {
    /// Path of one file, for programs that read it themselves.
    public static func path(_ name: String) throws(ModuleSetupError) -> String {
        guard let url = Bundle.module.resourceURL?.appendingPathComponent("Assets/\(name)"),
            FileManager.default.fileExists(atPath: url.path)
        else {
            throw ModuleSetupError(["The file \(name) is missing beside the executable."])
        }
        return url.path
    }
}
