#include "shapes.h"

#include "shape_lists.h"

namespace trialcds::hostile {

const std::vector<Shape> &shapes() {
    static const std::vector<Shape> all = [] {
        std::vector<Shape> list;
        for (const auto part : {medication_shapes, observation_shapes, finding_shapes, record_shapes})
            for (const Shape &shape : part())
                list.push_back(shape);
        return list;
    }();
    return all;
}

} // namespace trialcds::hostile
