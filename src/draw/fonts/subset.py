"""Cuts the Inter files of this folder out of the full ones (npm package inter-ui 4.1.1)."""
import sys
from fontTools.subset import Options, Subsetter, load_font, save_font

RANGES = [(0x20, 0x17F), (0x192, 0x192), (0x218, 0x21B), (0x1E9E, 0x1E9E), (0x2C6, 0x2C7), (0x2D8, 0x2DD),
          (0x3A9, 0x3A9), (0x3BC, 0x3BC), (0x2010, 0x2027), (0x2030, 0x203A), (0x2044, 0x2044), (0x20AC, 0x20AC),
          (0x20BD, 0x20BD), (0x20B9, 0x20BA), (0x2113, 0x2113), (0x2116, 0x2116), (0x2122, 0x2122),
          (0x2190, 0x2199), (0x21BA, 0x21BB), (0x2200, 0x2200), (0x2206, 0x2206), (0x2211, 0x2212), (0x221E, 0x221E),
          (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265), (0x25A0, 0x25A0), (0x25B2, 0x25B2), (0x25BC, 0x25BC),
          (0x25CF, 0x25CF), (0x2713, 0x2713), (0x2717, 0x2717), (0x202F, 0x202F), (0x2009, 0x2009),
          (0x370, 0x3FF), (0x400, 0x45F)]
wide = {point for low, high in RANGES for point in range(low, high + 1)}


def cut(source, target, flavor, features, points):
    options = Options()
    options.flavor = flavor
    options.hinting = False
    options.layout_features = features
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.notdef_outline = True
    options.glyph_names = False
    font = load_font(source, options)
    freeze(font)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    save_font(font, target, options)


def freeze(font):
    """Makes the figures of equal width (`tnum`) the plain ones: measured, rasterised and shown text then agree."""
    gsub = font["GSUB"].table
    swaps = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for at in record.Feature.LookupListIndex:
                for table in gsub.LookupList.Lookup[at].SubTable:
                    table = getattr(table, "ExtSubTable", table)
                    swaps.update(getattr(table, "mapping", {}))
    for table in font["cmap"].tables:
        if table.isUnicode():
            for point, name in table.cmap.items():
                table.cmap[point] = swaps.get(name, name) if chr(point) in "0123456789" else name


folder = sys.argv[1]
for style in ("Regular", "SemiBold"):
    source = f"{folder}/web/Inter-{style}.woff2"
    cut(source, f"Inter-{style}.ttf", None, ["kern", "mark", "mkmk", "ccmp"], wide)
    cut(source, f"Inter-{style}.woff2", "woff2", ["kern", "mark", "mkmk", "ccmp"], wide)
